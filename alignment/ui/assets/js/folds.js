// A fold that somebody opened or closed stays so when its part of the page comes anew, and what had the focus keeps it.
export function keepFolds() {
  let focused = "";
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    for (const fold of detail.target.querySelectorAll("details[id]")) {
      const coming = detail.fragment.querySelector(`[id="${CSS.escape(fold.id)}"]`);
      if (coming) coming.open = fold.open;
    }
    if (detail.target.contains(document.activeElement)) focused = document.activeElement.id;
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  });
  document.addEventListener("focusin", () => (focused = ""));
}
