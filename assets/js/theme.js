// Changes the theme at once. Without this script the form's answer brings the page in the chosen theme.

function choose(form, event) {
  const choice = event.submitter?.value;
  if (event.submitter?.name !== "theme" || !choice) return;
  event.preventDefault();
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  const body = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body }).catch(() => form.submit());
}

document.querySelectorAll("form[data-theme-switch]").forEach((form) => {
  form.addEventListener("submit", (event) => choose(form, event));
});
