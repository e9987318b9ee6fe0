// A drawn chart as a PNG, on the page's own ground and twice as fine as the screen.
import { token } from "./chart-words.js";

export function offerPicture(place, instance) {
  const button = document.querySelector(`[data-picture="${CSS.escape(place.dataset.chart)}"]`);
  if (!button) return;
  button.hidden = false;
  button.onclick = () => {
    const link = document.createElement("a");
    link.download = `${button.dataset.name || "chart"}.png`;
    link.href = instance.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: token("surface") });
    link.click();
  };
}
