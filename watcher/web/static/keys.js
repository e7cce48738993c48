// Keys for people who clear a long list: j k o c d e x u / ?. Everything they do has a link or a button on the page.
// A decision is sent in the background and the list goes on; whatever does not work is sent as the form itself, so
// that the server's own page says what happened.
"use strict";

const list = document.querySelector(".cards[data-live]");
const matches = [...document.querySelectorAll("[data-match]")];
const help = document.getElementById("keys");
const kept = "watcher-acts";
let current = -1;
let busy = Promise.resolve();

const decided = (match) => match.classList.contains("is-decided");
const acts = () => JSON.parse(sessionStorage.getItem(kept) ?? "[]");
const keepActs = (all) => sessionStorage.setItem(kept, JSON.stringify(all.slice(-200)));

function focus(index) {
  if (!matches.length) return;
  current = Math.max(0, Math.min(index, matches.length - 1));
  const match = matches[current];
  const more = match.closest("details.more");
  if (more) more.open = true;
  match.focus({ preventScroll: true });
  match.scrollIntoView({ block: "nearest" });
}

function step(by) {
  let next = current + by;
  while (matches[next] && decided(matches[next])) next += by;
  if (matches[next]) focus(next);
}

function within(key) {
  const match = matches[Math.max(current, 0)];
  return match?.querySelector(`[data-key="${key}"]`) ?? match?.closest("article")?.querySelector(`[data-key="${key}"]`);
}

// at once, and kept alive when the page is left: no decision is lost by going on quickly
function send(address, fields) {
  const headers = { accept: "application/json" };
  return fetch(address, { method: "POST", body: fields, headers, keepalive: true });
}

async function sent(form, match, fields) {
  const answer = await send(form.action, fields);
  if (!answer.ok) throw new Error(String(answer.status));
  const told = await answer.json();
  mark(match, told.matches[0].label, told.act);
  keepActs([...acts(), { act: told.act, match: match.id }]);
}

function decide(key) {
  const button = within(key);
  const match = matches[Math.max(current, 0)];
  if (!button || decided(match)) return;
  if (!list) return button.click();
  const form = button.form;
  const fields = new URLSearchParams(new FormData(form, button));
  mark(match, button.textContent);
  goOn();
  const done = sent(form, match, fields);
  const all = Promise.all([busy, done.catch(() => form.requestSubmit(button))]);
  busy = all;
  all.then(() => {
    if (busy === all && matches.every(decided)) turn();
  });
}

function goOn() {
  const next = matches.findIndex((match, index) => index > current && !decided(match));
  focus(next < 0 ? matches.findIndex((match) => !decided(match)) : next);
}

// everything here is decided: what comes after it, or what has come in meanwhile
function turn() {
  location.assign(document.querySelector('.pages a[rel="next"]')?.href ?? location.href.replace(/[?&]done=[^&]*/, ""));
}

function mark(match, label, act) {
  match.classList.add("is-decided");
  match.querySelector(".outcome")?.remove();
  const outcome = document.createElement("p");
  outcome.className = "outcome";
  outcome.setAttribute("role", "status");
  outcome.append(`${list.dataset.live}: ${label} `);
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = list.dataset.undo;
    button.addEventListener("click", () => takeBack({ act, match: match.id }));
    outcome.append(button);
  }
  match.append(outcome);
}

function undo() {
  busy = busy.then(() => {
    const last = acts().pop();
    if (last) return takeBack(last);
    return document.querySelector('.done [data-key="u"]')?.click();
  });
}

async function takeBack(made) {
  const answer = await send(`/reviews/${made.act}/undo`, new URLSearchParams({ back: "inbox" }));
  keepActs(acts().filter((each) => each.act !== made.act));
  const match = document.getElementById(made.match);
  const told = answer.ok ? await answer.json() : null;
  const version = match?.querySelector('[name="version"]');
  if (!told || !version) return location.reload();
  version.value = told.matches[0].version;
  const box = match.querySelector('[name="selected"]');
  if (box) box.value = `${told.matches[0].id}:${version.value}`;
  match.classList.remove("is-decided");
  match.querySelector(".outcome")?.remove();
  focus(matches.indexOf(match));
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  o: () => within("o")?.click(),
  c: () => decide("c"),
  d: () => decide("d"),
  e: () => within("e")?.click(),
  x: () => matches[Math.max(current, 0)]?.querySelector('[name="selected"]')?.click(),
  u: undo,
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  "?": () => help?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  actions[event.key]();
});

document.addEventListener("focusin", (event) => {
  const match = event.target.closest("[data-match]");
  if (match) current = matches.indexOf(match);
});

for (const hint of document.querySelectorAll(".keys-hint")) hint.hidden = false;
