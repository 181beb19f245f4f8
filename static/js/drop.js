// Files may be dropped on the form instead of being chosen in it.
const form = document.querySelector(".dropzone");
const field = form?.querySelector('input[type="file"]');
const over = (event) => event.dataTransfer?.types.includes("Files");

form?.addEventListener("dragover", (event) => {
  if (over(event)) {
    event.preventDefault();
    form.classList.add("dropping");
  }
});
form?.addEventListener("dragleave", () => form.classList.remove("dropping"));
form?.addEventListener("drop", (event) => {
  if (over(event)) {
    event.preventDefault();
    form.classList.remove("dropping");
    field.files = event.dataTransfer.files;
    field.focus();
  }
});
