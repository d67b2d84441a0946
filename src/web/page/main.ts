/** The page on which agents are trained: a session and its panels. @module */
import { mountCharts } from "./chart_panel.ts";
import { mountControls } from "./control_panel.ts";
import { byId, h } from "./dom.ts";
import { mountEditor } from "./editor_panel.ts";
import { mountFiles } from "./file_panel.ts";
import { mountNetwork } from "./inside/network_panel.ts";
import { mountQ } from "./inside/q_panel.ts";
import { mountReplay } from "./inside/replay_panel.ts";
import { mountValues } from "./inside/values_panel.ts";
import { mountLanguage, startLanguage } from "./language.ts";
import { mountPresets } from "./preset_panel.ts";
import { presets } from "./presets.ts";
import { PageSession } from "./session.ts";
import { mountStage } from "./stage_panel.ts";
import { mountStatus } from "./status_panel.ts";
import { mountTeam, mountTeamForm } from "./team/team_panel.ts";
import { t } from "./texts.ts";
import { mountTheme } from "./theme.ts";

await startLanguage();
document.title = t("page.title");
byId("tagline").textContent = t("page.tagline");
byId("charts").setAttribute("aria-label", t("chart.all"));

const session = new PageSession({ name: "cartpole", config: presets["cartpole"]! });
byId("tools").append(h("a", { href: "lessons/" }, t("page.lessons")));
mountLanguage(byId("tools"));
mountTheme(byId("tools"));
mountPresets(byId("choose"), session);
mountStage(byId("stage"), session);
mountEditor(byId("editor"), session, { opener: byId("choose"), instead: byId("stage") });
mountControls(byId("controls"), session);
mountStatus(byId("status"), session);
mountQ(byId("q"), session);
mountNetwork(byId("network"), session);
mountReplay(byId("replay"), session);
mountValues(byId("values"), session);
mountCharts(byId("charts"), session);
mountTeam(byId("members"), session);
mountTeamForm(byId("team"), session);
mountFiles(byId("files"), session);
showFormWhenOpened(byId("form"));
document.querySelector("main")!.hidden = false; // At once, so that nothing moves.

/** The form comes with the schema, and is loaded when it is looked at. */
function showFormWhenOpened(root: HTMLElement): void {
  const body = h("div", {}, h("p", { className: "hint" }, t("form.loading")));
  const details = h(
    "details",
    { className: "form" },
    h("summary", { className: "title" }, t("form.title")),
    body,
  );
  details.addEventListener("toggle", async () => {
    const { mountForm } = await import("./form_panel.ts");
    mountForm(body, session);
  }, { once: true });
  root.append(details);
}
