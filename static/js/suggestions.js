// Deciding suggestions by single keys. Everything here is also reachable by links and buttons;
// without this file those do the work.

const KEYS_OFF = "hindsight-bench-keys-off";

const byId = (id) => document.getElementById(id);
const waiting = () => [...document.querySelectorAll("#suggestions > .suggestion")];

// The card worked on: the one with the focus, or the one that had it last.
let current = null;

function here() {
  return document.activeElement?.closest?.(".suggestion") ?? byId(current) ?? waiting()[0];
}

function go(card) {
  if (!card) return;
  current = card.id;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = waiting();
  const at = all.indexOf(here());
  go(all[at + by] ?? all[at]);
}

function press(verdict) {
  here()?.querySelector(`button[value=${verdict}]`)?.click();
}

function choose(key) {
  const box = here()?.querySelector(`input[data-key=${key}]`);
  if (box) box.checked = true;
}

function undo() {
  const decided = [...document.querySelectorAll("#suggestions > .decided[data-order]")];
  decided.sort((one, other) => other.dataset.order - one.dataset.order);
  decided[0]?.querySelector(".undo button")?.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press("accept"),
  e: () => press("edit"),
  r: () => press("reject"),
  u: undo,
  "?": () => byId("keys").showModal(),
};

const keysOff = () => localStorage.getItem(KEYS_OFF) === "1";
const typing = (element) =>
  element.closest("textarea, select, dialog, .editing, [contenteditable]") ||
  (element.matches("input") && !element.matches("[type=checkbox], [type=radio]"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest(".editing")) return press("show");
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysOff()) return;
  const act = KEYS[event.key] ?? (/^[lfcm]$/.test(event.key) && (() => choose(event.key)));
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest(".suggestion");
  if (card) current = card.id;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#show-keys")) byId("keys").showModal();
});

// What the server sends back

let decisions = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  // The focus goes on before its card goes, so that it is never lost.
  if (!target.matches?.(".suggestion") || !event.detail.xhr.responseText.includes('class="decided')) return;
  const all = waiting();
  const at = all.indexOf(target);
  if (target.contains(document.activeElement) || current === target.id) go(all[at + 1] ?? all[at - 1]);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const card = byId(event.detail.elt.id) ?? event.detail.elt;
  if (card.matches?.(".decided")) {
    decisions += 1;
    card.dataset.order = decisions;
    if (!waiting().length) byId("more")?.click();
  } else if (card.matches?.(".editing")) card.querySelector("[autofocus], input, textarea")?.focus();
  else if (card.matches?.(".suggestion")) go(card);
  else if (card.id === "main") ready();
});
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, () => (byId("trouble").hidden = false));
}

function ready() {
  const box = byId("use-keys");
  if (!box) return;
  byId("show-keys").hidden = false;
  box.checked = !keysOff();
  box.onchange = () => localStorage.setItem(KEYS_OFF, box.checked ? "0" : "1");
  go(waiting()[0]);
}

ready();
