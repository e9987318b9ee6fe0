// The form comes back from the server as it then stands. It is put in place here: with a hundred conditions that is
// many times quicker than htmx's own swap, and what was typed meanwhile stays.
const CONTROLS = "input, select, textarea";

export function press(form, wish) {
  const step = form.querySelector("[data-step]");
  step.value = wish;
  step.click(); // as by hand: htmx sends the button that was clicked
}

function contentOf(form) {
  return new Map([...form.querySelectorAll(CONTROLS)].filter((one) => one.id).map((one) => [one.id, one.value]));
}

function caretOf(field) {
  return field?.matches?.("input[type=text], textarea") ? [field.selectionStart, field.selectionEnd] : null;
}

const stops = (form) => [...form.querySelectorAll("input, select, textarea, button, summary")].filter((one) => one.type !== "hidden" && !one.disabled && one.offsetParent);

// Where one stands in the form: a control with a name of its own, or the stop beside the last one that has one (by Tab,
// while the form was away).
function placeOf(form, last) {
  const here = document.activeElement;
  if (!form.contains(here)) return null;
  if (here.id) return { id: here.id, caret: caretOf(here), further: 0 };
  const all = stops(form);
  const from = all.findIndex((one) => one.id === last);
  const further = all.indexOf(here) - from;
  return from < 0 || Math.abs(further) > 1 ? null : { id: last, caret: null, further };
}

function goOn(form, place) {
  const known = place && document.getElementById(place.id);
  const all = known && place.further ? stops(form) : [];
  const next = all[all.indexOf(known) + place?.further] ?? known;
  const field = form.querySelector("[autofocus]") ?? (place?.further ? next : known);
  if (!field) return;
  field.focus({ preventScroll: false });
  if (place?.caret && field.id === place.id) field.setSelectionRange?.(...place.caret);
}

function put(form, html, sent, dress, last) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const content = fresh.getElementById("sheet");
  if (!content) return location.reload(); // signed out meanwhile, say
  const typed = [...contentOf(form)].filter(([id, value]) => sent?.has(id) && sent.get(id) !== value);
  const place = placeOf(form, last);
  const preview = document.getElementById("preview");
  form.replaceChildren(...content.childNodes);
  document.getElementById("preview").replaceChildren(...preview.childNodes); // until the new one is there
  document.getElementById("spoken").textContent = fresh.getElementById("spoken")?.textContent ?? "";
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  window.htmx.process(form);
  dress(form);
  goOn(form, place);
}

function tell(form, preview) {
  const told = new Map([...preview.querySelectorAll("[data-for]")].map((one) => [one.dataset.for, one]));
  for (const place of form.querySelectorAll(".ed-problems")) {
    const now = told.get(place.id);
    if (place.innerHTML !== (now?.innerHTML ?? "")) place.replaceChildren(...(now?.childNodes ?? []));
    place.closest(".ed-row")?.classList.toggle("is-wrong", Boolean(place.querySelector(".wrong")));
  }
  const text = preview.querySelector("[data-document]");
  const field = document.getElementById("document");
  if (text && field && field !== document.activeElement) field.value = text.textContent;
}

// A button that is pressed while the form is away is pressed again when it is back, if what it names is still there.
function keepPresses(form, away) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button || away.wish === null || button.hasAttribute("hx-post")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!away.wish.includes(":") || !button.value.includes(":")) away.next = button.value;
  }, true);
}

export function listenForSheets(form, dress) {
  let sent = null;
  let last = "";
  form.addEventListener("focusin", (event) => (last = event.target.id || last));
  const away = { wish: null, next: null };
  keepPresses(form, away);
  document.addEventListener("htmx:beforeSend", (event) => {
    if (event.detail.elt !== form) return;
    // A step moves rows about, so only where none was asked for can what is typed now be put back by its place.
    away.wish = String(event.detail.requestConfig.parameters.do ?? "");
    sent = away.wish ? null : contentOf(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    const { next } = away;
    Object.assign(away, { wish: null, next: null });
    if (next && event.detail.successful) press(form, next);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== form || event.detail.xhr.status !== 200) return;
    event.detail.shouldSwap = false;
    put(form, event.detail.serverResponse, sent, dress, last);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "preview") tell(form, event.detail.target);
  });
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, () => {
      document.getElementById("spoken").textContent = "";
      document.getElementById("away").hidden = false;
    });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.getElementById("away").hidden = true;
  });
}
