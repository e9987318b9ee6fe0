// Clocks that run while one looks: the server says the words, this keeps them true. Same words as alignment/ui/words.py and
// leads/handoffs/pages/countdown.py; the clock of the server counts, whatever the phone believes.
const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
let ticking = 0;

function left(seconds) {
  const size = Math.floor(Math.abs(seconds));
  const of = (large, small, long, short, always = true) => {
    const [whole, rest] = [Math.floor(size / large), Math.floor((size % large) / small)];
    return rest && always ? `${whole} ${long} ${rest} ${short}` : `${whole} ${long}`;
  };
  if (size >= 2 * DAY) return of(DAY, HOUR, "days", "h");
  if (size >= HOUR) return of(HOUR, MINUTE, "h", "min");
  if (size >= MINUTE) return of(MINUTE, 1, "min", "s", size < 5 * MINUTE);
  return `${size} s`;
}

function stateAt(clock, now) {
  if (now >= Number(clock.dataset.due)) return "breached";
  return clock.dataset.risk && now >= Number(clock.dataset.risk) ? "at_risk" : "running";
}

const WORDS = {
  running: (span) => `${span} left`,
  at_risk: (span) => `At risk: ${span} left`,
  breached: (span) => `Late by ${span}`,
};

function tell(clock) {
  const now = Date.now() / 1000 + Number(clock.dataset.ahead);
  const state = stateAt(clock, now);
  const said = WORDS[state](left(Number(clock.dataset.due) - now));
  const place = clock.querySelector("[data-words]");
  if (place.textContent !== said) place.textContent = said;
  clock.dataset.state = state;
}

function tick() {
  const clocks = document.querySelectorAll("[data-ahead]");
  for (const clock of clocks) tell(clock);
  if (!clocks.length) {
    clearInterval(ticking);
    ticking = 0;
  }
}

export function runClocks(root) {
  const clocks = root.querySelectorAll("[data-due]:not([data-ahead])");
  for (const clock of clocks) clock.dataset.ahead = Number(clock.dataset.now) - Date.now() / 1000;
  if (clocks.length && !ticking) ticking = setInterval(tick, 1000);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
});
