/** The config as a form, made from its schema. @module */
import schemaFile from "../../../configs/schema.json" with { type: "json" };
import type { RunConfigInput } from "../../config/run_config.ts";
import { h } from "./dom.ts";
import { field, fieldId, fieldsOf, type FieldSource } from "./form_fields.ts";
import { isOfForm, type Path, type Schema, valueAt, variantsOf, withValue } from "./schema.ts";
import { checkBySchema, type Problem } from "./schema_check.ts";
import type { PageSession } from "./session.ts";
import { t } from "./texts.ts";

/** The schema of configs. */
export const configSchema = schemaFile as Schema;

/** Keys in the order of the form. What a run writes into files, and what is chosen elsewhere, is left out. */
const sections: readonly {
  readonly title: "agent" | "environment" | "run" | "more";
  readonly keys: readonly string[];
}[] = [
  { title: "agent", keys: ["agent"] },
  { title: "environment", keys: ["environment"] },
  { title: "run", keys: ["budget", "evaluation", "seed", "loop", "device"] },
  { title: "more", keys: ["validation", "earlyStopping", "onDivergence", "kernelProfile"] },
];

/** Shows the form of the chosen config in `root`; what is changed there begins the run anew. */
export function mountForm(root: HTMLElement, session: PageSession): void {
  let config: unknown = session.choice.config;
  const open = new Set(["agent"]);

  const source: FieldSource = {
    valueAt: (path) => valueAt(config, path),
    change(path, value, reshapes = false) {
      config = withValue(config, path, value);
      const problems = checkBySchema(configSchema, config);
      if (reshapes) show();
      tell(problems);
      if (problems.length > 0) return;
      session.choose({ ...session.choice, config: config as RunConfigInput });
    },
  };

  function show(): void {
    const focused = document.activeElement?.id;
    list.replaceChildren(...sections.map(({ title, keys }) => {
      const fields = keys.flatMap((key) => sectionFields(key, config, source));
      const details = h(
        "details",
        { open: open.has(title), ontoggle: () => void (details.open ? open.add(title) : open.delete(title)) },
        h("summary", {}, t(`form.${title}`)),
        ...fields,
      );
      return details;
    }));
    if (focused) document.getElementById(focused)?.focus();
  }

  const help = h("p", { className: "help", "aria-hidden": "true" }, t("form.help"));
  const explain = ({ target }: Event) => {
    const meaning = target instanceof Element && target.closest(".field, .group")?.querySelector(".meaning");
    if (meaning) help.textContent = meaning.textContent;
  };
  const list = h("div", { onfocusin: explain, onpointerover: explain });
  root.replaceChildren(list, help);

  session.on("chosen", (choice) => {
    if (choice.config === config) return;
    config = choice.config;
    show();
  });
  show();
}

/** Fields of a key at the top; those of an object without a frame of their own. */
function sectionFields(key: string, config: unknown, source: FieldSource): HTMLElement[] {
  const schema = configSchema.properties![key]!;
  if (key === "agent") {
    const agent = valueAt(config, [key]) ?? {};
    const variant = variantsOf(schema).find((one) => isOfForm(one, agent)) ?? variantsOf(schema)[0]!;
    return fieldsOf(variant, [key], source);
  }
  if (key === "environment") {
    const { id: _, ...properties } = schema.properties!;
    return fieldsOf({ ...schema, properties }, [key], source);
  }
  return [field(schema, [key], source)];
}

/** Shows what is wrong at its field, or at the nearest one around it. */
function tell(problems: readonly Problem[]): void {
  for (const fault of document.querySelectorAll<HTMLElement>(".fault")) fault.hidden = true;
  for (const input of document.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const { path, text } of problems) {
    const at = nearest(path);
    const fault = document.getElementById(`${fieldId(at)}-fault`);
    if (!fault) continue;
    fault.textContent = text;
    fault.hidden = false;
    document.getElementById(fieldId(at))?.setAttribute("aria-invalid", "true");
  }
}

function nearest(path: Path): Path {
  return path.length === 0 || document.getElementById(fieldId(path)) ? path : nearest(path.slice(0, -1));
}
