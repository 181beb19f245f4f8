// Complete the last of several tags: the browser compares the whole line with each option, so
// every option begins with the tags typed already. Without this file the first tag is completed.

for (const field of document.querySelectorAll("input[list=known-tags]")) {
  const options = [...field.list.options].map((option) => ({ option, name: option.value }));
  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    const typed = before ? `${before} ` : "";
    for (const { option, name } of options) {
      option.value = `${typed}${name.includes(",") ? `"${name}"` : name}`;
    }
  });
}
