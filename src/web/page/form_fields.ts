/** Fields made from a JSON schema. @module */
import { h } from "./dom.ts";
import { beginningOf, textOfValue, valueOfText } from "./form_values.ts";
import {
  isOfForm,
  isRecord,
  kindOf,
  type Path,
  type Schema,
  valueAt,
  variantsOf,
  withValue,
} from "./schema.ts";
import { t, type TextKey } from "./texts.ts";

/** What fields read and write. */
export interface FieldSource {
  /** The value at a path as it is written; undefined where it takes its default. */
  valueAt(path: Path): unknown;
  /** Takes a value; `reshapes` where other fields come and go with it. */
  change(path: Path, value: unknown, reshapes?: boolean): void;
}

/** The `id` of the control of a path. */
export function fieldId(path: Path): string {
  return `field-${path.join("-")}`;
}

/** The field of a key, with those inside of it. */
export function field(schema: Schema, path: Path, source: FieldSource): HTMLElement {
  const variants = formsOf(schema);
  if (variants.length > 1) return choiceOf(schema, path, { source, variants });
  if (schema.type === "object" && schema.properties) return groupOf(schema, path, source);
  return row(schema, path, control(schema, path, source));
}

/** The fields of an object's keys, those left out that name what only a program can register. */
export function fieldsOf(schema: Schema, path: Path, source: FieldSource): HTMLElement[] {
  return Object.entries(schema.properties ?? {})
    .filter(([key, inner]) => key !== "kind" && !inner.not && !isOpenKind(inner))
    .map(([key, inner]) => field(inner, [...path, key], source));
}

/** The forms of a value that can be chosen: none that only a program can register. */
export function formsOf(schema: Schema): readonly Schema[] {
  return variantsOf(schema).filter((variant) => !isOpenKind(variant));
}

/** Whether it is an object of any kind that a program may have registered. */
function isOpenKind({ properties }: Schema): boolean {
  const kind = properties?.["kind"];
  return kind?.type === "string" && kind.const === undefined;
}

/** A key with its control, what it means, and room for what is wrong with it. */
function row({ description }: Schema, path: Path, input: HTMLElement): HTMLElement {
  const id = fieldId(path);
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  return h(
    "div",
    { className: "field" },
    h("label", { htmlFor: id }, path.at(-1)!),
    input,
    h("p", { id: `${id}-hint`, className: "meaning" }, description ?? ""),
    h("p", { id: `${id}-fault`, className: "fault", hidden: true }),
  );
}

function control(schema: Schema, path: Path, source: FieldSource): HTMLElement {
  const given = source.valueAt(path);
  if (schema.type === "boolean") {
    const checked = typeof given === "boolean" ? given : schema.default === true;
    const box = h("input", { type: "checkbox", checked, onchange: () => source.change(path, box.checked) });
    return box;
  }
  if (schema.enum) {
    const words = schema.enum.map(String);
    const preset = typeof schema.default === "string"
      ? t("form.default", { value: schema.default })
      : t("form.unset");
    const options = [
      h("option", { value: "" }, preset),
      ...words.map((word) => h("option", { value: word }, word)),
    ];
    const select = h(
      "select",
      { onchange: () => source.change(path, select.value || undefined) },
      ...options,
    );
    select.value = typeof given === "string" && words.includes(given) ? given : "";
    return select;
  }
  const numeric = schema.type === "integer" || schema.type === "number";
  const input = h("input", {
    type: "text",
    inputMode: numeric ? "decimal" : "text",
    autocomplete: "off",
    spellcheck: false,
    value: textOfValue(given),
    placeholder: textOfValue(schema.default),
    onchange: () => source.change(path, valueOfText(schema, input.value)),
  });
  return input;
}

/** An object: its fields under its name; one that need not be there can be turned on. */
function groupOf(schema: Schema, path: Path, source: FieldSource): HTMLElement {
  const given = source.valueAt(path);
  const optional = schema.default === undefined && path.length === 1 && !isRequired(path);
  const legend = h("legend", {}, path.at(-1)!);
  const hint = h("p", { className: "hint" }, schema.description ?? "");
  if (!optional) {
    return h("fieldset", { className: "group" }, legend, hint, ...fieldsOf(schema, path, source));
  }
  const box = h("input", {
    type: "checkbox",
    checked: given !== undefined,
    onchange: () => source.change(path, box.checked ? {} : undefined, true),
  });
  const label = h("label", {}, box, path.at(-1)!);
  const inner = given === undefined ? [] : fieldsOf(schema, path, source);
  return h("fieldset", { className: "group" }, h("legend", {}, label), hint, ...inner);
}

function isRequired([key]: Path): boolean {
  return key === "environment" || key === "budget";
}

/** A value of several forms: which one, and the fields of that. */
function choiceOf(
  schema: Schema,
  path: Path,
  { source, variants }: { readonly source: FieldSource; readonly variants: readonly Schema[] },
): HTMLElement {
  const given = source.valueAt(path);
  const value = given ?? schema.default;
  const at = value === undefined ? -1 : variants.findIndex((variant) => isOfForm(variant, value));
  const chosen = variants[at];
  const select = h(
    "select",
    {
      onchange: () => {
        const next = variants[Number(select.value)];
        source.change(path, next && beginningOf(next, value), true);
      },
    },
    ...value === undefined ? [h("option", { value: "-1" }, t("form.unset"))] : [],
    ...variants.map((variant, i) => h("option", { value: `${i}` }, nameOf(variant))),
  );
  select.value = `${at}`;
  const inside = given === undefined && isRecord(value) ? writingOut(source, path, value) : source;
  const head = row(schema, path, select);
  if (!chosen) return head;
  if (chosen.type === "object") {
    const fields = fieldsOf(chosen, path, inside);
    head.querySelector(".meaning")!.append(` ${nameOf(chosen)}: ${chosen.description ?? ""}`);
    return h("div", { className: "choice-of" }, head, h("div", { className: "inside" }, ...fields));
  }
  if (chosen.type === "null") return head;
  const own = control(chosen, path, source);
  own.setAttribute("aria-label", path.at(-1)!);
  own.id = `${fieldId(path)}-value`;
  return h("div", { className: "choice-of" }, head, h("div", { className: "inside" }, own));
}

/** Fields of a default, which is written out as a whole once a part of it changes. */
function writingOut(source: FieldSource, path: Path, value: unknown): FieldSource {
  const within = (inner: Path) => inner.slice(path.length);
  return {
    valueAt: (inner) => valueAt(value, within(inner)),
    change: (inner, changed) => source.change(path, withValue(value, within(inner), changed), true),
  };
}

/** What a form of a value is called, where it has others beside it: by its kind, by its first keys where it has none, or by its type. */
export function nameOf(variant: Schema): string {
  const keys = Object.keys(variant.properties ?? {}).filter((key) => key !== "kind");
  return kindOf(variant) ??
    (keys.length > 0 ? keys.slice(0, 2).join(", ") : t(`form.${variant.type}` as TextKey));
}
