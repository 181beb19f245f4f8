// A button that copies what stands beside it, with its italics where a programme takes them. Without
// this file the text is selected by hand.

function showButtons(root) {
  for (const button of root.querySelectorAll("button.copy")) button.hidden = false;
}

async function copy(source) {
  const text = source.textContent.trim();
  const rich = source.matches("pre") ? "" : source.innerHTML;
  if (rich && window.ClipboardItem && navigator.clipboard?.write) {
    const kinds = { "text/plain": text, "text/html": rich };
    const blobs = Object.entries(kinds).map(([type, words]) => [type, new Blob([words], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  } else if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    // A page without https has no clipboard: select, so that one key does the rest.
    getSelection().selectAllChildren(source);
    document.execCommand("copy");
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  await copy(button.parentElement.querySelector(".to-copy"));
  const said = button.firstChild.data;
  button.firstChild.data = button.dataset.done;
  setTimeout(() => (button.firstChild.data = said), 2000);
});

document.addEventListener("htmx:load", (event) => showButtons(event.target));
showButtons(document);
