// A permalink of before a report had pages ("#p-512" alone) leads to the page its passage is on;
// a passage that was asked for by its number ("?passage=512" alone) is shown.
const asked = new URLSearchParams(location.search);
const wanted = asked.get("passage");
const found = /^#p-(\d{1,9})$/.exec(location.hash);
if (found && !wanted && !document.getElementById(`p-${found[1]}`)) {
  asked.delete("page");
  asked.set("passage", found[1]);
  location.replace(`${location.pathname}?${asked}${location.hash}`);
} else if (wanted && !location.hash && document.getElementById(`p-${wanted}`)) {
  location.replace(`#p-${wanted}`);
}
