// Draws what `alignment/ui/charts.py` describes. Colours come from the stylesheet, so both themes look right.
import { BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { legend, onAxis, shown, still, token, toneOf, tooltip, words } from "./chart-words.js";
import { fan, heat, steps } from "./curves.js";
import { offerPicture } from "./pictures.js";

use([
  BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent,
  TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

const drawn = new Map();

function series(chart, one, index) {
  const colour = toneOf(one, index);
  const data = one.values.map((value, at) => {
    const tone = one.tones?.[at];
    return tone ? { value, itemStyle: { color: token(tone) } } : value;
  });
  if (chart.kind === "line") {
    return { type: "line", name: one.name, data, color: colour, symbolSize: 7, lineStyle: { width: 2.5 }, connectNulls: false };
  }
  return {
    type: "bar", name: one.name, data, color: colour, barMaxWidth: chart.lying ? 26 : 34,
    stack: chart.stacked ? "all" : undefined, itemStyle: { borderRadius: chart.stacked ? 0 : 4 },
    label: { show: Boolean(chart.labelled), position: chart.lying ? "right" : "top", color: token("ink"), formatter: (p) => shown(p.value, chart.unit, chart.currency) },
  };
}

// Bands between places. Names are keys: a title may stand on both ends.
function bands(chart) {
  const text = words();
  const titles = new Map(chart.nodes.map((node) => [node.name, node.title]));
  return {
    ...still(),
    tooltip: {
      ...tooltip(text), trigger: "item",
      formatter: ({ dataType, data, name, value }) => (dataType === "edge"
        ? `${titles.get(data.source)} → ${titles.get(data.target)}: ${shown(data.value, "")}` : `${titles.get(name)}: ${shown(value, "")}`),
    },
    series: [{
      type: "sankey", left: 4, right: 110, top: 8, bottom: 8, nodeWidth: 12, nodeGap: 10, draggable: false, emphasis: { focus: "adjacency" },
      data: chart.nodes.map((node) => ({ name: node.name, itemStyle: { color: token(node.tone ?? "accent"), borderWidth: 0 } })),
      links: chart.flows, lineStyle: { color: "source", opacity: 0.35, curveness: 0.5 },
      label: { color: token("ink"), fontSize: 12, width: 104, overflow: "truncate", formatter: ({ name }) => titles.get(name) },
    }],
  };
}

function columns(chart) {
  const text = words();
  const names = {
    type: "category", data: chart.labels, inverse: Boolean(chart.lying), axisTick: { show: false },
    axisLine: { lineStyle: { color: token("line") } }, axisLabel: { ...text, width: chart.lying ? 110 : undefined, overflow: "truncate" },
  };
  const values = {
    axisLine: { show: false },
    type: "value", splitLine: { show: !chart.labelled, lineStyle: { color: token("line") } }, minInterval: chart.unit ? undefined : 1,
    axisLabel: { ...text, show: !chart.labelled, formatter: onAxis(chart) },
  };
  return {
    ...still(),
    grid: { left: 8, right: chart.labelled && chart.lying ? 64 : 16, top: chart.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    legend: chart.series.length > 1 ? legend(text) : undefined,
    tooltip: {
      ...tooltip(text), trigger: "axis", axisPointer: { type: chart.kind === "line" ? "line" : "shadow" },
      formatter: (points) => [points[0].axisValueLabel, ...points.map((p) => `${p.seriesName}: ${shown(p.value, chart.unit, chart.currency)}`)].join("\n"),
    },
    [chart.lying ? "yAxis" : "xAxis"]: names,
    [chart.lying ? "xAxis" : "yAxis"]: values,
    series: chart.series.map((one, index) => series(chart, one, index)),
  };
}

const DRAWN = { sankey: bands, steps, fan, heat, bar: columns, line: columns };

export function draw(place) {
  const chart = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  place.dataset.drawn = "";
  const instance = drawn.get(place) ?? init(place, null, { renderer: "canvas" });
  drawn.set(place, instance);
  instance.setOption(DRAWN[chart.kind](chart), true);
  offerPicture(place, instance);
  instance.off("click");
  instance.on("click", (point) => {
    const link = point.data?.link ?? chart.links?.[point.dataIndex];
    if (link) location.assign(link);
  });
}

const size = new ResizeObserver(() => {
  for (const [place, instance] of drawn) {
    if (place.isConnected) instance.resize();
    else {
      instance.dispose();
      drawn.delete(place);
    }
  }
});
size.observe(document.body);
document.addEventListener("alignment:theme", () => {
  for (const place of drawn.keys()) draw(place);
});
