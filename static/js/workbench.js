// The workbench: what to make of a selection, keys, and showing what belongs together. Everything
// here is also reachable by links and buttons; without this file those do the work.

import { nextSentence, oneWord, quotation } from "./selection.js";

const KEYS_OFF = "hindsight-bench-keys-off";
const WHAT = { l: "lesson", f: "failure", a: "actor", m: "recommendation", c: "cite" };
const WIDE = matchMedia("(width >= 60rem)");

const byId = (id) => document.getElementById(id);
const passages = () => [...document.querySelectorAll("#text .passage")];
const passageOf = (ordinal) => byId(`p-${ordinal}`);

// The passage worked on: the one with the focus, or the one that had it before a form took it.
let current = null;
let advance = false;

function here() {
  const focused = document.activeElement?.closest?.(".passage");
  return focused ?? passageOf(current) ?? firstInView();
}

function firstInView() {
  return passages().find((one) => one.getBoundingClientRect().bottom > 80) ?? passages()[0];
}

function focusPassage(passage) {
  if (!passage) return;
  passage.focus({ preventScroll: true });
  passage.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = passages();
  const at = all.indexOf(document.activeElement?.closest(".passage") ?? passageOf(current));
  if (at === -1) focusPassage(firstInView());
  else if (all[at + by]) focusPassage(all[at + by]);
  else document.querySelector(`.pages a[rel=${by > 0 ? "next" : "prev"}]`)?.focus();
}

// The form beside the text

// `values` are posted: a whole paragraph may be too long for an address.
function open(address, values) {
  const how = { target: "#panel", select: "#panel", swap: "outerHTML" };
  if (!values) return htmx.ajax("GET", address, how);
  const token = document.querySelector("#text [name=csrfmiddlewaretoken]").value;
  return htmx.ajax("POST", address, { ...how, values: { ...values, csrfmiddlewaretoken: token } });
}

function close() {
  byId("panel").replaceChildren();
  CSS.highlights?.delete("quoted");
  focusPassage(passageOf(current));
}

function make(what, found = quotation()) {
  const ordinal = found?.ordinal ?? Number(here()?.dataset.ordinal);
  if (!ordinal) return;
  current = ordinal;
  byId("toolbar").hidden = true;
  const base = `${byId("bench").dataset.here}${ordinal}/`;
  if (!found) {
    open(`${base}?${new URLSearchParams({ for: what })}`);
    return;
  }
  // The selection goes when a field takes the focus; what is quoted stays to be seen.
  if (CSS.highlights) CSS.highlights.set("quoted", new Highlight(found.range));
  const words = { quotation: found.words, start: found.start };
  open(`${base}${what === "cite" ? "cite/" : `new/${what}/`}`, words);
}

// The toolbar of a selection

function showToolbar() {
  const toolbar = byId("toolbar");
  if (!toolbar) return;
  const found = quotation();
  toolbar.hidden = !found;
  if (!found) return;
  current = found.ordinal;
  byId("spilled").hidden = !found.spilled;
  const box = found.range.getBoundingClientRect();
  const frame = toolbar.offsetParent?.getBoundingClientRect() ?? { top: -scrollY, left: -scrollX };
  const left = Math.min(box.left, innerWidth - toolbar.offsetWidth - 12);
  const top = box.bottom + 8 - frame.top;
  place.replaceSync(`#toolbar { top: ${top}px; left: ${Math.max(8, left) - frame.left}px }`);
}

// A sheet, since htmx would carry a style attribute over to the next toolbar, and the policy
// allows none.
const place = new CSSStyleSheet();
document.adoptedStyleSheets.push(place);

let waiting;
let pressed = false;
function selectionMoved() {
  clearTimeout(waiting);
  if (!pressed) waiting = setTimeout(showToolbar, 120);
}
document.addEventListener("selectionchange", selectionMoved);
document.addEventListener("pointerdown", (event) => {
  pressed = event.pointerType === "mouse" && !event.target.closest("#toolbar");
});
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => {
    pressed = false;
    selectionMoved();
  });
}
// A press on the toolbar must not take the selection away.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("#toolbar")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const tool = event.target.closest("#toolbar button");
  const link = event.target.closest("a[data-panel]");
  const mark = event.target.closest("#text mark");
  if (tool) make(tool.dataset.what);
  else if (event.target.closest("#show-keys")) byId("keys").showModal();
  else if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  else if (link) {
    event.preventDefault();
    current = Number(link.closest(".passage").dataset.ordinal);
    open(link.href);
  } else if (event.target.closest(".panel .close")) {
    event.preventDefault();
    close();
  } else if (mark && getSelection().isCollapsed) {
    const records = recordsOf(mark);
    records[0]?.scrollIntoView({ block: "nearest" });
    light([mark, ...records]);
  }
});

// What belongs together

function light(elements) {
  for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
  for (const one of elements) one?.classList.add("lit");
}

const marksOf = (record) => [
  ...document.querySelectorAll(`#text mark[data-records~="${record.dataset.record}"]`),
];
const recordsOf = (mark) => mark.dataset.records.split(" ").map((id) => byId(`r-${id}`));

let looking;
function relate(target, event) {
  clearTimeout(looking);
  const record = target.closest?.(".bench-records [data-record]");
  const mark = target.closest?.("#text mark");
  const passage = target.closest?.("#text .passage");
  if (record) {
    const marks = marksOf(record);
    light([record, ...marks]);
    // Following the pointer at once would make the text jump about.
    const wait = event === "focus" ? 0 : 350;
    if (WIDE.matches) looking = setTimeout(() => show(marks[0]), wait);
  } else if (mark) light([mark, ...recordsOf(mark)]);
  else if (passage && event === "focus") {
    light([...passage.querySelectorAll("mark")].flatMap(recordsOf));
  } else if (event === "hover") light([]);
}

function show(mark) {
  const box = mark?.getBoundingClientRect();
  if (box && (box.top < 60 || box.bottom > innerHeight - 20)) {
    mark.scrollIntoView({ block: "center" });
  }
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "mouse") relate(event.target, "hover");
});
document.addEventListener("focusin", (event) => {
  const passage = event.target.closest(".passage");
  if (passage) {
    current = Number(passage.dataset.ordinal);
    for (const one of passages()) one.tabIndex = one === passage ? 0 : -1;
  }
  relate(event.target, "focus");
});

// Keys

const keysOff = () => localStorage.getItem(KEYS_OFF) === "1";
const typing = (element) =>
  element.closest("textarea, select, dialog, [contenteditable]") ||
  (element.matches("input") && !element.matches("[type=checkbox], [type=radio]"));

function mark(name) {
  const button = here()?.querySelector(`button[name=${name}]`);
  if (!button) return step(1);
  advance = true;
  button.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  r: () => mark("read"),
  e: () => mark("empty"),
  s: () => nextSentence(here(), false),
  S: () => nextSentence(here(), true),
  "?": () => byId("keys").showModal(),
};

function word(event) {
  const passage = event.target.closest(".passage");
  if (!passage || !event.shiftKey || !/^Arrow(Right|Left)$/.test(event.key)) return false;
  oneWord(passage, event.key === "ArrowRight");
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && byId("panel")?.firstElementChild) return close();
  if (event.key === "ArrowDown" && event.target.id === "find-record") {
    document.querySelector("#candidates input")?.focus();
    return event.preventDefault();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysOff()) return;
  if (word(event)) return event.preventDefault();
  const act = KEYS[event.key] ?? (WHAT[event.key] && (() => make(WHAT[event.key])));
  if (!act || event.target.closest("#panel")) return;
  event.preventDefault();
  act();
});

// What the server sends anew

document.addEventListener("htmx:afterSettle", (event) => {
  ready();
  if (event.target.id !== "main") return;
  CSS.highlights?.delete("quoted");
  if (advance) step(1);
  advance = false;
});
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, () => {
    advance = false;
    byId("trouble").hidden = false;
  });
}

function ready() {
  const asked = document.querySelector(".passage[autofocus]");
  if (asked) current = Number(asked.dataset.ordinal);
  const stop = passageOf(current) ?? passages()[0];
  if (stop) stop.tabIndex = 0;
  const box = byId("use-keys");
  if (!box) return;
  byId("show-keys").hidden = false;
  box.checked = !keysOff();
  box.onchange = () => localStorage.setItem(KEYS_OFF, box.checked ? "0" : "1");
  const said = document.querySelector("#main > .message");
  if (said) announce(said.textContent);
}

// A region that stays, since one that comes with its words is not read out.
const region = document.createElement("p");
region.className = "unseen";
region.setAttribute("role", "status");
document.body.append(region);
function announce(words) {
  region.textContent = words;
}

ready();
