// A form is sent once, however often its button is pressed.
export function improveForms(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  }
}

// What one choice leaves of another: only groups of the side that the first one names.
function narrow(choice) {
  const side = choice.selectedOptions[0]?.dataset.side;
  const other = document.getElementById(choice.dataset.narrows);
  for (const group of other?.querySelectorAll("optgroup[data-side]") ?? []) group.hidden = group.disabled = Boolean(side) && group.dataset.side !== side;
  if (other?.selectedOptions[0]?.parentElement.disabled) other.selectedIndex = 0;
}

export function narrowChoices(root) {
  for (const choice of root.querySelectorAll("select[data-narrows]")) {
    choice.addEventListener("change", () => narrow(choice));
    narrow(choice);
  }
}

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
