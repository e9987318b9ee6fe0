// A text with values to choose from: a list that opens on focus, is searched by typing, and is worked by keys alone.
// Without a script it is a plain text with the browser's own list.
const MOST = 60;
let open = null;

function entriesOf(input) {
  const list = document.getElementById(input.dataset.list);
  if (!list) return [];
  return [...list.options].map((one) => ({ value: one.value, group: one.dataset.group ?? "", note: "", words: `${one.value} ${one.dataset.group ?? ""} ${one.dataset.help ?? ""}`.toLowerCase() }));
}

async function valuesOf(input, search, signal) {
  const address = `${input.form.getAttribute("action")}values/?${new URLSearchParams({ of: input.dataset.of, search })}`;
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) return [];
  const { values } = await answer.json();
  return values.map((one) => ({ value: one.value, group: "", note: one.count?.toLocaleString("en") ?? "" }));
}

function matching(entries, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((one) => words.every((word) => one.words.includes(word))).slice(0, MOST);
}

export function closeChoices() {
  if (!open) return;
  open.box.remove();
  open.asking?.abort();
  open.input.setAttribute("aria-expanded", "false");
  open.input.removeAttribute("aria-activedescendant");
  open = null;
}

function draw(entries) {
  const { box, input } = open;
  box.replaceChildren();
  let group = "";
  let holder = box;
  entries.forEach((one, index) => {
    if (one.group !== group) {
      group = one.group;
      holder = document.createElement("div");
      holder.setAttribute("role", "group");
      holder.setAttribute("aria-label", group);
      const title = document.createElement("div");
      title.className = "group";
      title.setAttribute("aria-hidden", "true");
      title.textContent = group;
      holder.append(title);
      box.append(holder);
    }
    const option = document.createElement("div");
    option.id = `${input.id}-choice-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(Object.assign(document.createElement("span"), { textContent: one.value }));
    if (one.note) option.append(Object.assign(document.createElement("span"), { className: "soft", textContent: one.note }));
    option.dataset.value = one.value;
    holder.append(option);
  });
  box.hidden = !entries.length;
  open.at = -1;
}

function mark(at) {
  const options = [...open.box.querySelectorAll("[role=option]")];
  if (!options.length) return;
  open.at = (at + options.length) % options.length;
  options.forEach((one, index) => one.setAttribute("aria-selected", String(index === open.at)));
  options[open.at].scrollIntoView({ block: "nearest" });
  open.input.setAttribute("aria-activedescendant", options[open.at].id);
}

async function show(input, typed) {
  if (open?.input !== input) {
    closeChoices();
    const box = document.createElement("div");
    box.className = "choices";
    box.id = `${input.id}-choices`;
    box.hidden = true;
    box.tabIndex = -1; // what scrolls would be a stop of the Tab key otherwise
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", input.getAttribute("aria-label"));
    box.addEventListener("pointerdown", (event) => event.preventDefault()); // the text keeps the focus
    box.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) take(input, option.dataset.value);
    });
    input.after(box);
    input.setAttribute("aria-controls", box.id);
    open = { input, box, at: -1, asking: null };
  }
  if (input.dataset.list) draw(matching(entriesOf(input), typed));
  else {
    open.asking?.abort();
    open.asking = new AbortController();
    try {
      const found = await valuesOf(input, typed, open.asking.signal);
      if (open?.input === input) draw(found);
    } catch {
      /* Asked again, or away: what is typed counts anyway. */
    }
  }
  if (open?.input === input) input.setAttribute("aria-expanded", String(!open.box.hidden));
}

function take(input, value) {
  closeChoices();
  input.value = value;
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}

function onKey(event) {
  const input = event.currentTarget;
  const here = open?.input === input && !open.box.hidden;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (here) mark(open.at + (event.key === "ArrowDown" ? 1 : open.at < 0 ? 0 : -1));
    else show(input, "");
  } else if (event.key === "Enter") {
    event.preventDefault(); // Enter in a row never presses a button elsewhere
    const option = here && open.box.querySelector("[aria-selected=true]");
    if (option) take(input, option.dataset.value);
    else closeChoices();
  } else if (event.key === "Escape" && here) {
    event.preventDefault();
    closeChoices();
  }
}

export function offerChoices(root) {
  for (const input of root.querySelectorAll(".ed-input input:is([list], [data-of], [data-list]):not([role])")) {
    if (input.hasAttribute("list")) {
      input.dataset.list = input.getAttribute("list");
      input.removeAttribute("list");
    }
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("focus", () => {
      if (input.dataset.list) input.select();
      show(input, "");
    });
    input.addEventListener("click", () => open?.input === input || show(input, ""));
    input.addEventListener("input", (event) => event.isTrusted && show(input, input.value));
    input.addEventListener("blur", closeChoices);
    input.addEventListener("keydown", onKey);
  }
}
