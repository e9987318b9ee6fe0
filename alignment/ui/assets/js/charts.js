// Draws what `alignment/ui/charts.py` describes. Colours come from the stylesheet, so both themes look right.
// Tooltips are drawn on the canvas: HTML ones need inline styles, which the content policy forbids.
import { BarChart, LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, SankeyChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const PALETTE = ["accent", "marketing", "sales", "partner", "won", "leak", "recycled", "loyal", "lost", "disqualified"];
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const drawn = new Map();

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function shown(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "percent") return `${(value * 100).toFixed(1)} %`;
  if (unit === "days") return `${value.toFixed(1)} d`;
  return value.toLocaleString("en-GB");
}

function series(chart, one, index) {
  const colour = token(one.tone ?? PALETTE[index % PALETTE.length]);
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
    label: { show: Boolean(chart.labelled), position: chart.lying ? "right" : "top", color: token("ink"), formatter: (p) => shown(p.value, chart.unit) },
  };
}

function words() {
  return { color: token("ink-soft"), fontFamily: "Inter, system-ui, sans-serif", fontSize: 12 };
}

function tooltip(text) {
  return { renderMode: "richText", backgroundColor: token("raised"), borderColor: token("line"), textStyle: { ...text, color: token("ink") } };
}

// Bands between places. Names are keys: a title may stand on both ends.
function bands(chart) {
  const text = words();
  const titles = new Map(chart.nodes.map((node) => [node.name, node.title]));
  return {
    animation: !STILL.matches, animationDuration: 350, textStyle: text,
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

function options(chart) {
  if (chart.kind === "sankey") return bands(chart);
  const text = words();
  const names = {
    type: "category", data: chart.labels, inverse: Boolean(chart.lying), axisTick: { show: false },
    axisLine: { lineStyle: { color: token("line") } }, axisLabel: { ...text, width: chart.lying ? 110 : undefined, overflow: "truncate" },
  };
  const values = {
    axisLine: { show: false },
    type: "value", splitLine: { show: !chart.labelled, lineStyle: { color: token("line") } }, minInterval: chart.unit ? undefined : 1,
    axisLabel: { ...text, show: !chart.labelled, formatter: (v) => (chart.unit === "percent" ? `${Math.round(v * 100)} %` : shown(v, "")) },
  };
  return {
    animation: !STILL.matches, animationDuration: 350, textStyle: text,
    grid: { left: 8, right: chart.labelled && chart.lying ? 64 : 16, top: chart.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    legend: chart.series.length > 1 ? { top: 0, left: 0, type: "scroll", textStyle: text, itemWidth: 12, itemHeight: 12, icon: "roundRect" } : undefined,
    tooltip: {
      ...tooltip(text), trigger: "axis", axisPointer: { type: chart.kind === "line" ? "line" : "shadow" },
      formatter: (points) => [points[0].axisValueLabel, ...points.map((p) => `${p.seriesName}: ${shown(p.value, chart.unit)}`)].join("\n"),
    },
    [chart.lying ? "yAxis" : "xAxis"]: names,
    [chart.lying ? "xAxis" : "yAxis"]: values,
    series: chart.series.map((one, index) => series(chart, one, index)),
  };
}

export function draw(place) {
  const chart = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  place.dataset.drawn = "";
  const instance = drawn.get(place) ?? init(place, null, { renderer: "canvas" });
  drawn.set(place, instance);
  instance.setOption(options(chart), true);
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
