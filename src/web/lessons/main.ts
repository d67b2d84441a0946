/** The page of lessons: an article, and beside it the panels that show its run. @module */
import { mountCharts } from "../page/chart_panel.ts";
import { mountControls } from "../page/control_panel.ts";
import { byId, h } from "../page/dom.ts";
import { mountQ } from "../page/inside/q_panel.ts";
import { mountValues } from "../page/inside/values_panel.ts";
import { loadTexts, mountLanguage, startLanguage } from "../page/language.ts";
import { presets } from "../page/presets.ts";
import { PageSession } from "../page/session.ts";
import { mountStage } from "../page/stage_panel.ts";
import { mountStatus } from "../page/status_panel.ts";
import { t } from "../page/texts.ts";
import { mountTheme } from "../page/theme.ts";
import { showArticle } from "./article.ts";
import { Laboratory } from "./laboratory.ts";
import { lessons } from "./lessons.ts";
import { stopComparing } from "./question_card.ts";
import { type LessonTranslation, say, useLessonTexts } from "./texts.ts";

const language = await startLanguage();
useLessonTexts(await loadTexts<LessonTranslation>("lessons", language));

const first = lessons[0]!;
const session = new PageSession({ name: first.presets[0]!, config: presets[first.presets[0]!]! });
byId("tagline").textContent = say("lessons.tagline");
const laboratory = byId("laboratory");
laboratory.setAttribute("aria-label", say("lesson.laboratory"));
const narrow = matchMedia("(max-width: 64rem)");
byId("charts").setAttribute("aria-label", t("chart.all"));
byId("tools").append(h("a", { href: "../" }, say("lessons.page")));
mountLanguage(byId("tools"));
mountTheme(byId("tools"));
mountStage(byId("stage"), session);
mountControls(byId("controls"), session);
mountCharts(byId("charts"), session);
mountStatus(byId("status"), session);
mountValues(byId("values"), session);
mountQ(byId("q"), session);

const links = lessons.map(({ id, letter, title }) =>
  h("a", { href: `#${id}` }, h("b", { "aria-hidden": "true" }, letter), h("span", {}, say(title)))
);
byId("lessons").setAttribute("aria-label", say("lessons.title"));
byId("lessons").append(...links);

function show(): void {
  const lesson = lessons.find(({ id }) => location.hash === `#${id}`) ?? first;
  stopComparing();
  document.title = `${say(lesson.title)} · Qernel`;
  for (const [i, link] of links.entries()) {
    if (lessons[i] === lesson) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (session.status === "training") session.pause();
  laboratory.remove();
  showArticle(byId("lesson"), lesson, new Laboratory(session, lesson));
  place();
}

/** The panels stand beside the article, or in it, behind what is to be learned, where there is no room for that. */
function place(): void {
  if (narrow.matches) document.querySelector("#lesson .part")?.after(laboratory);
  else byId("lesson").after(laboratory);
}

narrow.addEventListener("change", place);

addEventListener("hashchange", () => {
  show();
  document.querySelector<HTMLElement>("#lesson > h2")?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
});
show();
