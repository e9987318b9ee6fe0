// Keys for people who do this all day: "/" searches, "g" and a letter goes, "?" tells them all.
const FIELDS = "input, textarea, select, [contenteditable]";
let going = 0;

function go(letter) {
  const link = document.querySelector(`a[data-key="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
}

export function listenForKeys() {
  const list = document.getElementById("shortcuts");
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-show-shortcuts]")) list?.showModal();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS) || list?.open) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "?") list?.showModal();
    else if (event.key === "g") going = event.timeStamp;
    else if (going && event.timeStamp - going < 1500) {
      going = 0;
      event.preventDefault(); // the letter is spent, whatever else listens for it
      go(event.key);
    }
  });
}
