/**
 * The one door to the chart library, Apache ECharts: an option object in, an SVG out, the same bytes for the same option.
 * It is loaded with the first picture (about 0.15 s) and not before.
 *
 * @module
 */
import type { EChartsOption } from "npm:echarts@6.1.0";
import { Turns } from "../core/event_loop.ts";
import { fontFamily, fontSizes, inks, type Size, textWidth } from "./chart_style.ts";

export type { EChartsOption };

let loading: ReturnType<typeof load> | undefined;

async function load() {
  const [core, charts, components, renderers] = await Promise.all([
    import("npm:echarts@6.1.0/core"),
    import("npm:echarts@6.1.0/charts"),
    import("npm:echarts@6.1.0/components"),
    import("npm:echarts@6.1.0/renderers"),
  ]);
  core.use([
    charts.LineChart,
    charts.CustomChart,
    charts.HeatmapChart,
    charts.ScatterChart,
    components.GraphicComponent,
    components.GridComponent,
    components.TitleComponent,
    components.LegendComponent,
    components.VisualMapContinuousComponent,
    components.VisualMapPiecewiseComponent,
    renderers.SVGRenderer,
  ]);
  core.setPlatformAPI({
    measureText(text, font) {
      return { width: textWidth(text, parseFloat(/[\d.]+(?=px)/.exec(font ?? "")?.[0] ?? "12")) };
    },
  });
  return core;
}

/** A picture of many points takes its time. */
const turns = new Turns();

/** Draws an option. */
export async function renderOption(option: EChartsOption, size: Size): Promise<string> {
  await turns.give();
  const core = await (loading ??= load());
  const chart = core.init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: inks.ground,
      textStyle: { fontFamily, fontSize: fontSizes.text, color: inks.text },
      ...option,
    });
    return plain(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** The SVG without what only a mouse would need, and without ids that count the charts of the process. */
function plain(svg: string): string {
  return svg
    .replace(/<style ?>.*?<\/style>\n?/s, "")
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replace(/\bzr\d+-/g, "chart-");
}
