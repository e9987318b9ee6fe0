// The buttons that choose light, dark, or what the system says.
function mark() {
  const choice = document.documentElement.dataset.themeChoice;
  for (const button of document.querySelectorAll("[data-choose-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.chooseTheme === choice));
  }
}

export function offerThemes() {
  mark();
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-choose-theme]");
    if (!button) return;
    document.dispatchEvent(new CustomEvent("alignment:choose-theme", { detail: button.dataset.chooseTheme }));
    mark();
  });
}
