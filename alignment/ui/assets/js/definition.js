// The editor of lead definitions: handles that can be dragged and pressed, and a next input where one was filled.
// Every step is a button of the form; here they are only pressed in other ways.
import { offerChoices } from "./choosing.js";
import { listenForSheets, press } from "./sheet.js";

const FAR = 6;

function pressKeys(handle) {
  handle.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(".menu-sheet")) return;
    const button = handle.querySelector(`[data-press="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

// Where would it land? Before or after the row or group under the pointer; at the end of a group over its foot.
function landing(form, x, y, dragged) {
  const under = document.elementFromPoint(x, y)?.closest("[data-path]");
  if (!under || !form.contains(under) || dragged.contains(under)) return null;
  const path = under.dataset.path;
  const item = under.parentElement;
  const list = under.querySelector(":scope > .ed-items");
  if (list && !item.matches(".ed-items > li")) return { where: path, index: list.children.length, mark: list.lastElementChild ?? under, side: "below" };
  const box = under.getBoundingClientRect();
  if (list && y > box.top + 12 && y < box.bottom - 12) return { where: path, index: list.children.length, mark: list.lastElementChild ?? under, side: "below" };
  const [, where, at] = /^(.*)\.(\d+)$/.exec(path);
  const below = y > box.top + box.height / 2;
  return { where, index: Number(at) + (below ? 1 : 0), mark: item, side: below ? "below" : "above" };
}

function drag(handle, start) {
  const grip = start.target.closest("summary");
  const form = grip.closest("form");
  const dragged = handle.closest("[data-path]");
  const line = document.createElement("div");
  let moving = false;
  let place = null;
  const move = (event) => {
    if (!moving && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < FAR) return;
    moving = true;
    document.body.classList.add("dragging");
    dragged.classList.add("is-dragged");
    place = landing(form, event.clientX, event.clientY, dragged);
    line.remove();
    if (place) {
      line.className = `drop-here ${place.side}`;
      place.mark.append(line);
    }
    if (event.clientY < 60) scrollBy(0, -12);
    if (event.clientY > innerHeight - 60) scrollBy(0, 12);
  };
  const end = (event) => {
    for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener);
    document.body.classList.remove("dragging");
    dragged.classList.remove("is-dragged");
    line.remove();
    if (!moving) return;
    if (event.type === "pointerup" && place) press(form, `drop:${handle.dataset.handle}>${place.where}:${place.index}`);
    const swallow = (click) => click.preventDefault(); // letting go is no press of what lies under the pointer
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
  };
  const stop = (event) => event.key === "Escape" && end(event);
  const listeners = { pointermove: move, pointerup: end, pointercancel: end, keydown: stop };
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener);
}

function growing(input) {
  input.addEventListener("input", () => {
    if (!input.value || !("more" in input.dataset)) return;
    delete input.dataset.more;
    const own = input.closest(".ed-input");
    const next = own.cloneNode(true);
    next.querySelector(".choices")?.remove();
    const field = next.querySelector("input");
    const [, name, at, rest] = /^([a-z]+)(\d+)(-.*)$/.exec(input.id);
    Object.assign(field, { id: `${name}${Number(at) + 1}${rest}`, value: "" });
    field.removeAttribute("autofocus");
    field.dataset.more = "";
    field.removeAttribute("role"); // it is dressed anew
    own.classList.remove("adds");
    next.classList.add("adds");
    field.placeholder = "or another";
    own.after(next);
    dressInputs(next);
  });
}

function dressInputs(root) {
  offerChoices(root);
  for (const input of root.querySelectorAll("[data-more]")) growing(input);
}

export function editDefinitions(root) {
  const form = root.querySelector("form.definition");
  if (!form) return root.closest?.("#preview") ? offerChoices(root.closest("#preview")) : undefined;
  dressSheet(form);
  listenForSheets(form, dressSheet);
}

function dressSheet(form) {
  for (const handle of form.querySelectorAll("[data-handle]")) {
    pressKeys(handle);
    handle.querySelector("summary").addEventListener("pointerdown", (event) => event.button === 0 && drag(handle, event));
  }
  dressInputs(form);
}
