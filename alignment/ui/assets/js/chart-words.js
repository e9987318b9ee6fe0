// What all charts share: colours of the stylesheet, how values are written, texts and tooltips.
// Tooltips are drawn on the canvas: HTML ones need inline styles, which the content policy forbids.
export const PALETTE = ["accent", "marketing", "sales", "partner", "won", "leak", "recycled", "loyal", "lost", "disqualified"];
export const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SIGNS = { EUR: "€", USD: "$", GBP: "£" };

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function toneOf(one, index) {
  return token(one.tone ?? PALETTE[index % PALETTE.length]);
}

function span(seconds) {
  const [size, sign] = [Math.abs(seconds), seconds < 0 ? "−" : ""];
  if (size < 60) return `${sign}${Math.round(size)} s`;
  if (size < 3600) return `${sign}${Math.round(size / 60)} min`;
  if (size < 172800) return `${sign}${(size / 3600).toFixed(1).replace(".0", "")} h`;
  return `${sign}${(size / 86400).toFixed(1).replace(".0", "")} d`;
}

function money(value, currency) {
  const digits = Math.abs(value).toLocaleString("en-GB", { maximumFractionDigits: 0 });
  const sign = value < 0 ? "−" : "";
  return SIGNS[currency] ? `${sign}${SIGNS[currency]}${digits}` : `${sign}${digits} ${currency ?? ""}`.trim();
}

export function shown(value, unit, currency) {
  if (value === null || value === undefined) return "–";
  if (unit === "percent") return `${(value * 100).toFixed(1)} %`;
  if (unit === "days") return `${value.toFixed(1)} d`;
  if (unit === "seconds") return span(value);
  if (unit === "money") return money(value, currency);
  return value.toLocaleString("en-GB");
}

// The writing along an axis: as above, without decimals nobody reads.
export function onAxis(chart) {
  return (value) => {
    if (chart.unit === "percent") return `${Math.round(value * 100)} %`;
    if (chart.unit !== "money" || Math.abs(value) < 10000) return shown(value, chart.unit === "days" ? "" : chart.unit, chart.currency);
    const [size, name] = Math.abs(value) >= 1e6 ? [1e6, "M"] : [1e3, "k"];
    return `${SIGNS[chart.currency] ?? ""}${(value / size).toLocaleString("en-GB", { maximumFractionDigits: 1 })}${name}`;
  };
}

export function words() {
  return { color: token("ink-soft"), fontFamily: "Inter, system-ui, sans-serif", fontSize: 12 };
}

export function tooltip(text) {
  return { renderMode: "richText", backgroundColor: token("raised"), borderColor: token("line"), textStyle: { ...text, color: token("ink") } };
}

export function legend(text, names) {
  return { top: 0, left: 0, type: "scroll", textStyle: text, itemWidth: 12, itemHeight: 12, icon: "roundRect", ...(names && { data: names }) };
}

export function still() {
  return { animation: !STILL.matches, animationDuration: 350, textStyle: words() };
}
