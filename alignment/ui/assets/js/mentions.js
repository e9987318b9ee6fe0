// Typing @ in a note offers the people it can call; the choice puts their address into the text.
function wordAt(field) {
  const before = field.value.slice(0, field.selectionStart);
  return /(?:^|\s)@([\p{L}\p{N}._%+-]*)$/u.exec(before)?.[1];
}

function offer(field, list, people) {
  const word = wordAt(field)?.toLowerCase();
  list.replaceChildren();
  if (word === undefined) return;
  const found = people.filter((p) => p.name.toLowerCase().includes(word) || p.email.toLowerCase().startsWith(word)).slice(0, 6);
  for (const person of found) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = person.name;
    button.addEventListener("click", () => {
      const end = field.selectionStart;
      const start = end - word.length;
      field.setRangeText(`${person.email} `, start, end, "end");
      list.replaceChildren();
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    list.append(button);
  }
}

export function mentionPeople(root) {
  for (const field of root.querySelectorAll("textarea[data-mentions]")) {
    const people = JSON.parse(document.getElementById(field.dataset.mentions)?.textContent ?? "[]");
    const list = document.createElement("div");
    list.className = "chips";
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "People to mention");
    field.after(list);
    field.addEventListener("input", () => offer(field, list, people));
  }
}
