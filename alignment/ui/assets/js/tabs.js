// A row of tabs that is wider than the window begins where the open one is, not at the first.
export function showTheTab(root) {
  for (const tab of root.querySelectorAll('.segments > [aria-current="true"]')) {
    const row = tab.parentElement;
    const [there, here] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.scrollLeft += here.left - there.left - (there.width - here.width) / 2;
  }
}
