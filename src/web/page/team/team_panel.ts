/** Agents side by side: the form that asks for them, and how each does. @module */
import { h } from "../dom.ts";
import type { PageSession } from "../session.ts";
import { formatNumber, t } from "../texts.ts";
import { onTheme } from "../theme.ts";
import { splitNames, TeamCurves } from "./curves.ts";
import { Multiple } from "./multiple.ts";
import { fewest, keysFor, most, readMembers, suggest } from "./values.ts";

/** Milliseconds from one drawing of the curves to the next. */
const drawTime = 250;

/** Shows the form in `root`. */
export function mountTeamForm(root: HTMLElement, session: PageSession): void {
  const key = h("select", { id: "team-key", onchange: () => begin() });
  const values = h("input", { id: "team-values", type: "text", autocomplete: "off", spellcheck: false });
  const fault = h("p", { className: "fault", role: "alert", hidden: true });
  const stop = h("button", { type: "button", className: "small", onclick: end }, t("team.stop"));
  values.setAttribute("aria-describedby", "team-hint");
  const form = h(
    "form",
    { className: "team", onsubmit: submit },
    h("p", { className: "hint" }, t("team.about")),
    h("label", { htmlFor: key.id }, t("team.key")),
    key,
    h("label", { htmlFor: values.id }, t("team.values")),
    values,
    h("p", { className: "hint", id: "team-hint" }, t("team.hint", { fewest, most })),
    fault,
    h("div", { className: "buttons" }, h("button", { className: "small" }, t("team.start")), stop),
  );
  root.append(h("details", {}, h("summary", { className: "title" }, t("team.title")), form));

  function submit(event: Event): void {
    event.preventDefault();
    const members = readMembers(key.value, values.value);
    fault.hidden = members !== undefined;
    fault.textContent = t("team.fault", { fewest, most });
    values.ariaInvalid = `${members === undefined}`;
    if (!members) return;
    session.choose({ ...session.choice, members });
    session.train();
  }

  function end(): void {
    const { members: _, ...alone } = session.choice;
    session.choose(alone);
  }

  /** Suggests values of the key. */
  function begin(): void {
    values.value = suggest(session.choice.config, key.value);
    fault.hidden = true;
  }

  function show(): void {
    const { config, members } = session.choice;
    stop.hidden = members === undefined;
    const known = keysFor(config);
    if ([...key.options].map(({ value }) => value).join() === known.join()) return;
    key.replaceChildren(...known.map((path) => h("option", { value: path }, path)));
    begin();
  }
  session.on("chosen", show);
  show();
}

/** Shows in `root` how each does, where there are several. */
export function mountTeam(root: HTMLElement, session: PageSession): void {
  const title = h("h2", {}, t("team.title"));
  const summary = h("p", { className: "note" });
  const follow = h("input", { type: "checkbox", checked: true, onchange: () => turn() });
  const grid = h("div", { className: "multiples" });
  root.append(
    h(
      "div",
      { className: "team-head" },
      title,
      legend(),
      h("label", { className: "follow" }, follow, t("team.follow")),
    ),
    grid,
    summary,
  );
  root.hidden = true;

  let curves = new TeamCurves([]);
  let multiples: readonly Multiple[] = [];
  let asked = false;

  /** Turns to the best, where that is wanted. */
  function turn(): void {
    const { best } = curves;
    if (follow.checked && best !== undefined) session.focus(best);
    draw();
  }

  /** Draws soon, and not more often than can be seen. */
  function draw(): void {
    if (asked) return;
    asked = true;
    setTimeout(() => {
      asked = false;
      paint();
    }, drawTime);
  }

  function paint(): void {
    const { best, summary: all } = curves;
    for (const [i, multiple] of multiples.entries()) {
      multiple.show({ best: i === best, shown: i === session.focused });
    }
    if (!all) return;
    const { count, ...numbers } = all;
    const written = Object.entries(numbers).map(([name, value]) => [name, formatNumber(value, 3)]);
    summary.textContent = t("team.summary", { count, ...Object.fromEntries(written) });
  }

  session.on("opened", ({ members }) => {
    root.hidden = members.length === 0;
    curves = new TeamCurves(members);
    const { common, own } = splitNames(members);
    title.textContent = common === "" ? t("team.title") : `${t("team.title")}: ${common}`;
    const turnTo = (member: number) => {
      follow.checked = false;
      session.focus(member);
      paint();
    };
    multiples = own.map((label, i) => new Multiple(curves, i, { label, turnTo: () => turnTo(i) }));
    grid.replaceChildren(...multiples.map(({ root }) => root));
    summary.textContent = "\u00a0";
    follow.checked = true;
    paint();
    if (members.length > 0) root.scrollIntoView({ block: "nearest" });
  });
  session.on("chosen", ({ members }) => root.hidden = members === undefined);
  session.on("progress", (news) => {
    if (multiples.length === 0) return;
    curves.progress(news);
    draw();
  });
  session.on("evaluation", (news) => {
    if (multiples.length === 0) return;
    curves.evaluation(news);
    turn();
  });
  session.on("memberEnd", ({ member, reason, failed }) => {
    const ended = curves.members[member];
    if (!ended) return;
    ended.end = { reason, failed };
    turn();
  });
  onTheme(draw);
}

/** One for all curves. */
function legend(): HTMLElement {
  const entries = [["--return", "chart.return100"], ["--evaluation", "chart.evaluation"], [
    "--line",
    "team.others",
  ]] as const;
  return h(
    "p",
    { className: "legend" },
    ...entries.map(([color, text]) => {
      const mark = h("i", {});
      mark.style.background = `var(${color})`;
      return h("span", {}, mark, t(text));
    }),
  );
}
