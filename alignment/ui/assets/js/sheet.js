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

function goOn(form, before, caret) {
  const field = form.querySelector("[autofocus]") ?? (before && document.getElementById(before));
  if (!field) return;
  field.focus({ preventScroll: false });
  if (caret && field.id === before) field.setSelectionRange?.(...caret);
}

function put(form, html, sent, dress) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const content = fresh.getElementById("sheet");
  if (!content) return location.reload(); // signed out meanwhile, say
  const typed = [...contentOf(form)].filter(([id, value]) => sent?.has(id) && sent.get(id) !== value);
  const before = form.contains(document.activeElement) ? document.activeElement.id : "";
  const caret = caretOf(document.activeElement);
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
  goOn(form, before, caret);
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
    put(form, event.detail.serverResponse, sent, dress);
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
