// Keys for people who clear a long list: j k o c d / ?. Everything they do has a link or a button on the page.
"use strict";

const cards = [...document.querySelectorAll("[data-card]")];
const help = document.getElementById("keys");
const place = "watcher-place:" + location.pathname;
let current = -1;

function focus(index) {
  if (!cards.length) return;
  current = Math.max(0, Math.min(index, cards.length - 1));
  cards[current].focus({ preventScroll: true });
  cards[current].scrollIntoView({ block: "nearest" });
}

function press(key) {
  const target = cards[Math.max(current, 0)]?.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  if (key !== "o") sessionStorage.setItem(place, String(Math.max(current, 0)));
  target.click();
}

const actions = {
  j: () => focus(current + 1),
  k: () => focus(current - 1),
  o: () => press("o"),
  c: () => press("c"),
  d: () => press("d"),
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  "?": () => help?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  actions[event.key]();
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest("[data-card]");
  if (card) current = cards.indexOf(card);
});

for (const hint of document.querySelectorAll(".keys-hint")) hint.hidden = false;

// after a verdict the page comes again; the list goes on where the decided entry was
const kept = sessionStorage.getItem(place);
if (kept !== null) {
  sessionStorage.removeItem(place);
  focus(Number(kept));
}
