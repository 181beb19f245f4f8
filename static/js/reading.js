// A permalink of before a report had pages ("#p-512" alone) leads to the page its passage is on.
const found = /^#p-(\d{1,9})$/.exec(location.hash);
if (found && !document.getElementById(`p-${found[1]}`)) {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("passage")) {
    asked.delete("page");
    asked.set("passage", found[1]);
    location.replace(`${location.pathname}?${asked}${location.hash}`);
  }
}
