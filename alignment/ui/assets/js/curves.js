// Curves of steps with their bands, forecasts as a fan, heat maps: what `alignment/ui/curves.py` and `heat.py` describe.
import { legend, onAxis, shown, still, token, toneOf, tooltip, words } from "./chart-words.js";

// A filled area between two lines: `edges` gives [x, low, high] in order.
function area(name, edges, colour, opacity) {
  return {
    type: "custom", name, data: [[edges[0][0], edges[0][1]]], silent: true, color: colour, z: 1, tooltip: { show: false }, clip: true,
    renderItem: (_params, api) => ({
      type: "polygon", style: { fill: colour, opacity },
      shape: { points: [...edges.map(([x, low]) => api.coord([x, low])), ...[...edges].reverse().map(([x, , high]) => api.coord([x, high]))] },
    }),
  };
}

// The edges of a band that goes in steps: each level holds until the next one.
function treads(points) {
  return points.flatMap(([x, , low, high], at) => {
    const before = points[at - 1];
    return before && before[2] !== null ? [[x, before[2], before[3]], [x, low, high]] : [[x, low, high]];
  });
}

export function steps(chart) {
  const text = words();
  const series = chart.curves.flatMap((curve, index) => {
    const colour = toneOf(curve, index);
    const banded = curve.points.filter((point) => point[2] !== null && point[3] !== null);
    const line = {
      type: "line", name: curve.name, color: colour, step: "end", symbol: "none", lineStyle: { width: 2.5 }, z: 3, triggerLineEvent: true,
      data: curve.points.map(([x, y]) => ({ value: [x, y], link: curve.link })),
    };
    return banded.length > 1 ? [area(curve.name, treads(banded), colour, 0.14), line] : [line];
  });
  return {
    ...still(), animation: false, grid: { left: 8, right: 24, top: 40, bottom: 24, containLabel: true },
    legend: legend(text, chart.curves.map((curve) => curve.name)),
    tooltip: {
      ...tooltip(text), trigger: "axis", axisPointer: { type: "line", snap: false },
      formatter: (points) => [`${points[0].axisValue.toFixed(1)} days`, ...points.filter((p) => p.seriesType === "line")
        .map((p) => `${p.seriesName}: ${shown(p.value[1], "percent")}`)].join("\n"),
    },
    xAxis: {
      type: "value", min: 0, name: "days", nameLocation: "middle", nameGap: 26, nameTextStyle: text, splitLine: { show: false },
      axisLine: { lineStyle: { color: token("line") } }, axisLabel: text,
    },
    yAxis: { type: "value", min: 0, max: 1, splitLine: { lineStyle: { color: token("line") } }, axisLabel: { ...text, formatter: onAxis(chart) } },
    series,
  };
}

// A line that is not seen: it keeps the axis high enough for the band and the marks, which take no part in its reckoning.
function room(chart) {
  const top = Math.max(...chart.marks.map((mark) => mark.value), ...chart.high.filter((high) => high !== null));
  return {
    type: "line", name: "", silent: true, symbol: "none", lineStyle: { opacity: 0 }, tooltip: { show: false },
    data: Number.isFinite(top) ? chart.labels.map(() => top) : [],
  };
}

export function fan(chart) {
  const text = words();
  const line = (name, data, tone, more = {}) => ({
    type: "line", name, data, color: token(tone), symbolSize: 5, showSymbol: data.length < 40, connectNulls: false, z: 3, ...more,
    lineStyle: { width: 2.5, ...more.lineStyle },
  });
  const edges = chart.low.map((low, at) => [at, low, chart.high[at]]).filter(([, low, high]) => low !== null && high !== null);
  const marks = chart.marks.map((mark) => ({
    yAxis: mark.value, lineStyle: { color: token(mark.done ? "won" : "line-strong"), type: mark.done ? "solid" : "dotted" },
    label: { formatter: `${mark.done ? "✓ " : ""}${mark.title}`, position: "insideStartTop", color: token("ink-soft"), fontSize: 11 },
  }));
  const series = [
    ...(edges.length > 1 ? [area(chart.band, edges, token("accent"), 0.18)] : []),
    room(chart),
    line("So far", chart.actual, "ink", { markLine: marks.length ? { symbol: "none", silent: true, data: marks } : undefined }),
    line("Forecast", chart.median, "accent", { lineStyle: { type: "dashed" } }),
    ...(chart.target.length ? [line("Target", chart.target, "won", { lineStyle: { width: 1.5 }, showSymbol: false })] : []),
  ];
  return {
    ...still(), grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: legend(text, series.map((one) => one.name).filter(Boolean)),
    tooltip: {
      ...tooltip(text), trigger: "axis",
      formatter: (points) => {
        const at = points[0].dataIndex;
        const told = points.filter((p) => p.seriesName && p.value !== null && p.value !== undefined)
          .map((p) => `${p.seriesName}: ${shown(p.value, chart.unit, chart.currency)}`);
        const between = chart.low[at] !== null && chart.low[at] !== chart.high[at]
          ? [`${chart.band}: ${shown(chart.low[at], chart.unit, chart.currency)} – ${shown(chart.high[at], chart.unit, chart.currency)}`] : [];
        return [chart.labels[at], ...told, ...between].join("\n");
      },
    },
    xAxis: {
      type: "category", data: chart.labels, boundaryGap: false, axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line") } }, axisLabel: text,
    },
    yAxis: { type: "value", splitLine: { lineStyle: { color: token("line") } }, axisLabel: { ...text, formatter: onAxis(chart) } },
    series,
  };
}

export function heat(chart) {
  const text = words();
  const side = { splitArea: { show: false }, axisTick: { show: false }, axisLine: { show: false }, axisLabel: text };
  return {
    ...still(), grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
    tooltip: {
      ...tooltip(text), trigger: "item",
      formatter: ({ data }) => `${chart.rows[data.value[1]]}, ${chart.columns[data.value[0]]}: ${data.told}`,
    },
    visualMap: { show: false, min: 0, max: chart.most, dimension: 2, inRange: { color: [token("sunken"), token("accent")] } },
    xAxis: { type: "category", data: chart.columns, position: "top", ...side },
    yAxis: { type: "category", data: chart.rows, inverse: true, ...side },
    series: [{
      type: "heatmap", data: chart.fields, itemStyle: { borderWidth: 2, borderColor: token("surface"), borderRadius: 3 },
      label: {
        show: chart.columns.length <= 14, fontSize: 11, formatter: ({ value }) => `${Math.round(value[2] * 100)}`,
        color: token("ink"), backgroundColor: token("surface"), borderRadius: 3, padding: [1, 3],
      },
    }],
  };
}
