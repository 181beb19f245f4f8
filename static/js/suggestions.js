// Deciding suggestions by single keys. Everything here is also reachable by links and buttons;
// without this file those do the work.

const KEYS_OFF = "hindsight-bench-keys-off";

const byId = (id) => document.getElementById(id);
const waiting = () => [...document.querySelectorAll("#suggestions > .suggestion:not([data-sent])")];
const FEW = 6; // cards left when more are fetched

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

// In which order cards were sent to be decided; the last is undone once its answer is there.
const order = new Map();
let undoing = false;
let sent = 0;

function undo() {
  undoing = Boolean(document.querySelector("#suggestions > [data-sent]"));
  if (undoing) return;
  const decided = [...document.querySelectorAll("#suggestions > .decided")];
  decided.sort((one, other) => (order.get(other.id) ?? 0) - (order.get(one.id) ?? 0));
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
  element.closest("textarea, select, dialog, .in-edit, [contenteditable]") ||
  (element.matches("input") && !element.matches("[type=checkbox], [type=radio]"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest(".in-edit")) return press("show");
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

// What is sent, and what comes back

// The focus goes on at once, so that the next key is for the next card however slow the answer is.
document.addEventListener("htmx:beforeRequest", (event) => {
  const card = event.target.closest(".suggestion");
  const verdict = event.detail.requestConfig.triggeringEvent?.submitter?.value;
  if (!card) return;
  sent += 1;
  order.set(card.id, sent);
  if (!/^(accept|reject)$/.test(verdict)) return;
  const all = waiting();
  const at = all.indexOf(card);
  card.dataset.sent = "";
  if (at !== -1) go(all[at + 1] ?? all[at - 1]);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const card = byId(event.detail.elt.id) ?? event.detail.elt;
  if (card.id === "main") return ready();
  if (card.matches?.(".in-edit")) return card.querySelector("[autofocus], input, textarea")?.focus();
  if (card.matches?.(".decided")) {
    if (undoing) undo();
    if (waiting().length < FEW) fetchMore();
  }
  if (document.activeElement === document.body) go(card.matches?.(".suggestion") ? card : after(card));
});

function after(card) {
  const all = waiting();
  const following = (one) => card.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  return all.find(following) ?? all.at(-1);
}

let fetching = false;
async function fetchMore() {
  const list = byId("suggestions");
  if (fetching || !list) return;
  fetching = true;
  try {
    const answer = await fetch(list.dataset.here);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const card of page.querySelectorAll("#suggestions > .suggestion")) {
      if (byId(card.id)) continue;
      list.append(document.adoptNode(card));
      htmx.process(card);
    }
  } finally {
    fetching = false;
  }
  if (document.activeElement === document.body) go(waiting()[0]);
}

for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, () => {
    for (const card of document.querySelectorAll("[data-sent]")) delete card.dataset.sent;
    byId("trouble").hidden = false;
  });
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
