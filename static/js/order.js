// The order of a reading list: drag an entry, or move it with Alt and an arrow. Each move is sent at
// once; what the server refuses puts the page back as it is there. Without this file the buttons do.

const list = document.querySelector("ol.order");
const told = document.getElementById("moved");
const entries = () => [...list.querySelectorAll("li[data-item]")];

function renumber() {
  entries().forEach((entry, index, all) => {
    entry.querySelector("input[name=to]").value = index + 1;
    entry.querySelector("button[value=up]").disabled = index === 0;
    entry.querySelector("button[value=down]").disabled = index === all.length - 1;
  });
}

function announce(entry) {
  const places = { place: entries().indexOf(entry) + 1, last: entries().length };
  told.textContent = told.dataset.said.replace(/%\((\w+)\)d/g, (_, name) => places[name]);
}

// One after the other, as they were made: each says before which entry another stands.
let sending = Promise.resolve();

function send(entry) {
  const body = new FormData(entry.querySelector("form.place"));
  body.set("before", entry.nextElementSibling?.dataset.item ?? "");
  sending = sending.then(() => post(body)).catch(() => (told.textContent = told.dataset.failed));
}

async function post(body) {
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(list.dataset.action, { method: "POST", body, headers });
  if (!answer.ok || answer.redirected) location.reload();
}

function place(entry, next, focused) {
  if (next === entry || entry.nextElementSibling === next) return;
  list.insertBefore(entry, next);
  renumber();
  (focused && !focused.disabled ? focused : entry).focus();
  announce(entry);
  send(entry);
}

function step(entry, up, focused) {
  const all = entries();
  const here = all.indexOf(entry);
  if (up ? here > 0 : here < all.length - 1) {
    place(entry, up ? all[here - 1] : (all[here + 2] ?? null), focused);
  }
}

if (list) {
  for (const entry of entries()) entry.draggable = true;

  list.addEventListener("keydown", (event) => {
    const entry = event.target.closest("li[data-item]");
    if (!entry || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    step(entry, event.key === "ArrowUp", event.target);
  });

  list.addEventListener("submit", (event) => {
    if (!event.target.matches("form.place") || !event.submitter) return;
    event.preventDefault();
    step(event.target.closest("li"), event.submitter.value === "up", event.submitter);
  });

  let dragged = null;
  list.addEventListener("dragstart", (event) => {
    // Words in a note are selected by dragging, too.
    if (event.target.nodeType !== Node.ELEMENT_NODE || !event.target.matches("li[data-item]")) return;
    dragged = event.target;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    if (dragged) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    const over = event.target.closest("li[data-item]");
    if (!dragged || !over) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    place(dragged, event.clientY < top + height / 2 ? over : over.nextElementSibling);
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
  });
}
