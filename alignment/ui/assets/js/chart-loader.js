// Fetches the chart library only on pages that have a chart; the table beneath is there either way.
export async function showCharts(root) {
  const places = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (!places.length) return;
  const { draw } = await import(places[0].dataset.module);
  for (const place of places) draw(place);
}
