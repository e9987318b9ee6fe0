// Menus are <details>: they open without a script. This closes them again on a click elsewhere or Escape.
function openMenus() {
  return [...document.querySelectorAll("details.menu[open]")];
}

export function closeMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
