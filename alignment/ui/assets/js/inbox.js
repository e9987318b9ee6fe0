// One key decides: "j" and "k" go from card to card, a letter presses what the card offers under it. Every step is a form of
// the page; here it is only pressed in another way, and after it one stands at the next card.
const FIELDS = "input, textarea, select, [contenteditable]";
let stood = null;

const cards = () => [...document.querySelectorAll("[data-card]")];

function current() {
  return document.activeElement?.closest?.("[data-card]") ?? cards()[0];
}

function step(by) {
  const all = cards();
  const at = all.indexOf(document.activeElement?.closest?.("[data-card]"));
  stand(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function stand(card) {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest" });
}

function press(target) {
  const fold = target.closest("summary")?.parentElement;
  if (!fold) return target.click();
  fold.open = true;
  (fold.querySelector("select, input:not([type=hidden]), textarea, button") ?? target).focus();
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !document.querySelector("[data-card]")) return;
  if (event.key === "Escape") return close(event);
  if (event.target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else {
    const target = current()?.querySelector(`[data-card-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    press(target);
  }
  event.preventDefault();
}

function close(event) {
  const fold = event.target.closest?.("[data-card] details[open]");
  if (!fold) return;
  fold.open = false;
  fold.querySelector("summary").focus();
}

// What a fold fetches comes after it was opened: the first field is under the hand as soon as it is there.
function fetched(event) {
  const fold = event.detail.elt.closest?.("[data-card] details[open]");
  if (fold && document.activeElement === fold.querySelector("summary")) fold.querySelector("form select, form input:not([type=hidden])")?.focus();
}

// A reason that asks for a sentence makes its field required; the server asks for it, too.
function asked(event) {
  const choice = event.target.closest?.("select[data-asks]");
  if (choice) document.getElementById(choice.dataset.asks).required = choice.selectedOptions[0]?.hasAttribute("data-asks") ?? false;
}

const sectionOf = (card) => card.closest("section")?.getAttribute("aria-labelledby");

// What was under the hand before the list came anew: the same card if it stands in its section still, else the one in its place.
function remember() {
  const card = document.activeElement?.closest?.("[data-card]");
  stood = card ? { id: card.id, at: cards().indexOf(card), section: sectionOf(card) } : null;
}

function standAgain() {
  if (!stood) return;
  const same = document.getElementById(stood.id);
  const stays = same && sectionOf(same) === stood.section;
  stand(stays ? same : cards()[Math.min(stood.at, cards().length - 1)]);
  stood = null;
}

function failed(event) {
  const form = event.detail.elt.closest?.("form");
  const place = form?.closest("[data-card]")?.querySelector("[data-card-state]");
  if (form) delete form.dataset.sent;
  if (place) place.textContent = event.type === "htmx:sendError" ? "No signal: nothing was sent. Try once more." : "This was not taken. Load the page again, then try once more.";
}

export function listenForCards() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.elt.matches?.("form") && remember());
  document.addEventListener("htmx:afterSettle", standAgain);
  document.addEventListener("htmx:afterSettle", fetched);
  document.addEventListener("change", asked);
  for (const name of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(name, failed);
}
