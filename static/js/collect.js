// Collect with one key: C puts the record of the focused row, or of the page, on the current list,
// and nothing else moves. Without this file the buttons do the same and the page is loaded again.

const form = document.getElementById("collect");
const told = document.getElementById("collected");

async function send(button) {
  const body = new FormData(form);
  body.set(button.name, button.value);
  try {
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    told.innerHTML = await answer.text();
  } catch {
    told.textContent = told.dataset.failed;
  }
}

form.addEventListener("submit", (event) => {
  if (!event.submitter) return;
  event.preventDefault();
  send(event.submitter);
});

function buttonInReach() {
  const row = document.activeElement?.closest(".row");
  return (row ?? document.querySelector(".collecting"))?.querySelector("button.collect");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select, [contenteditable]")) return;
  const button = buttonInReach();
  if (!button) return;
  event.preventDefault();
  send(button);
});
