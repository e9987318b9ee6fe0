// A note being written survives a lost signal, a closed tab and an empty battery: it is kept on the phone at
// every key, and a note that could not be sent is sent when the signal is back.
const PREFIX = "alignment-draft:";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key)) ?? null;
  } catch {
    return null;
  }
}

function keep(key, draft) {
  try {
    if (draft?.text) localStorage.setItem(PREFIX + key, JSON.stringify(draft));
    else localStorage.removeItem(PREFIX + key);
  } catch {
    /* A full or forbidden storage loses only the comfort. */
  }
}

function say(form, state, text) {
  const place = form.querySelector("[data-draft-state]");
  if (!place) return;
  place.dataset.state = state;
  place.textContent = text;
}

function fieldsOf(form, draft) {
  const body = new FormData(form);
  if (draft.name) body.set(draft.name, draft.value);
  body.set("draft", draft.id);
  return [...body].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

async function send(action, fields) {
  const headers = { "X-Draft": "1", "X-CSRFToken": token() };
  const answer = await fetch(action, { method: "POST", body: new URLSearchParams(fields), headers, credentials: "same-origin" });
  const then = answer.headers.get("X-Draft-Kept"); // see alignment/ui/drafts.py
  if (!then) throw new Error(answer.status < 500 ? "refused" : "away");
  return then;
}

function keepOne(form) {
  const key = form.dataset.draft;
  const field = form.querySelector("textarea");
  const kept = read(key);
  if (kept && !field.value) {
    field.value = kept.text;
    say(form, kept.waiting ? "waiting" : "kept", kept.waiting ? "Not sent yet: it goes out when the signal is back." : "Draft kept on this device.");
  }
  field.addEventListener("input", () => {
    keep(key, { ...read(key), id: read(key)?.id ?? crypto.randomUUID?.() ?? String(Math.random()), text: field.value, waiting: false, fields: undefined });
    say(form, "kept", field.value ? "Draft kept on this device." : "");
  });
  const deliver = async (draft) => {
    const parcel = { ...draft, action: form.action, fields: draft.fields ?? fieldsOf(form, draft) };
    try {
      const then = await send(parcel.action, parcel.fields);
      keep(key, null);
      if (then.split("#")[0] === location.pathname + location.search) location.reload();
      else location.assign(then);
    } catch (problem) {
      const refused = problem.message === "refused";
      keep(key, { ...parcel, waiting: !refused });
      delete form.dataset.sent;
      const why = refused ? "Not taken: open the page again and try once more. Your words are" : "No signal: it goes out when the signal is back, and is";
      say(form, "waiting", `${why} kept on this device.`);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const id = read(key)?.id ?? crypto.randomUUID?.() ?? String(Math.random());
    deliver({ id, text: field.value || " ", name: button?.name, value: button?.value });
  });
  addEventListener("online", () => {
    const waiting = read(key);
    if (waiting?.waiting) deliver(waiting);
  });
  if (kept?.waiting && navigator.onLine) deliver(kept);
}

function waitingElsewhere() {
  const here = new Set([...document.querySelectorAll("form[data-draft]")].map((form) => PREFIX + form.dataset.draft));
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && !here.has(key));
  } catch {
    return [];
  }
}

// What waits from another page goes out from any page that is opened with a signal.
export async function sendWaiting() {
  if (!document.body.hasAttribute("hx-headers")) return;
  for (const stored of waitingElsewhere()) {
    const key = stored.slice(PREFIX.length);
    const draft = read(key);
    if (!draft?.waiting || !draft.fields) continue;
    try {
      await send(draft.action, draft.fields);
      keep(key, null);
    } catch (problem) {
      if (problem.message === "refused") keep(key, { ...draft, waiting: false });
    }
  }
}

export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) keepOne(form);
}
