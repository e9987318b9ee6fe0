// Runs in the head before anything is painted, so that nobody sees the wrong theme flash by.
const KEY = "alignment-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function apply() {
  const choice = chosen() ?? "auto";
  const shown = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  const root = document.documentElement;
  const changed = root.dataset.bsTheme !== shown;
  root.dataset.bsTheme = shown;
  root.dataset.themeChoice = choice;
  if (changed) document.dispatchEvent(new CustomEvent("alignment:theme"));
}

apply();
dark.addEventListener("change", apply);
document.addEventListener("alignment:choose-theme", (event) => {
  try {
    if (event.detail === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, event.detail);
  } catch {
    document.documentElement.dataset.bsTheme = event.detail;
  }
  apply();
});
