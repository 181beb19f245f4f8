// Keys for lists: "/" goes to the search, arrows walk the results, Enter opens (a link does that
// by itself). And a field that shortens long lists of filters. Without this file all still works.

const RESULTS = ".rows .row h3 a";

function isTyping(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}

function focusSearch() {
  const fields = [document.getElementById("home-q"), document.getElementById("site-q")];
  const field = fields.find((one) => one && one.offsetParent !== null);
  field?.focus();
  field?.select();
}

function walk(step) {
  const links = [...document.querySelectorAll(RESULTS)];
  const here = links.indexOf(document.activeElement);
  const next = links[here === -1 ? (step > 0 ? 0 : -1) : here + step];
  next?.focus();
  next?.closest(".row").scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = isTyping(event.target);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    focusSearch();
  } else if (event.key === "ArrowDown" && (!typing || event.target.type === "search")) {
    if (walk(1)) event.preventDefault();
  } else if (event.key === "ArrowUp" && !typing) {
    if (walk(-1)) event.preventDefault();
  }
});

function showFacetFields(root) {
  for (const field of root.querySelectorAll(".facet-find")) field.hidden = false;
}

document.addEventListener("input", (event) => {
  if (!event.target.matches(".facet-find")) return;
  const wanted = event.target.value.toLowerCase();
  for (const item of event.target.closest(".facet").querySelectorAll("li")) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }
});

document.addEventListener("htmx:load", (event) => showFacetFields(event.target));
showFacetFields(document);
