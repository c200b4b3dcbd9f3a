// Keeps what is typed into forms in this tab until it is sent, so that a session that ends costs nobody their text.
// Only where the page says who is signed in, by <body data-session-person>, and never for another person, never secrets.

const person = document.body.dataset.sessionPerson;
const PREFIX = "anteroom-draft:";
const KEPT = "textarea, select, input:not([type=password], [type=hidden], [type=file], [type=submit], [autocomplete=one-time-code])";

function keys() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // The tab's storage is full or closed: the form works without a draft.
  }
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && field.matches(KEPT));
}

function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function values(form) {
  return fields(form).map((field) => [field.name, isChoice(field) ? field.checked : field.value]);
}

function isUntouched(field) {
  if (isChoice(field)) return field.checked === field.defaultChecked;
  if (field.options) return [...field.options].every((option) => option.selected === option.defaultSelected) || field.selectedIndex === 0;
  return field.value === field.defaultValue;
}

// Puts a draft back where the form is as the server wrote it, and says whether it changed anything.
function restore(form, draft) {
  let changed = false;
  fields(form).forEach((field, at) => {
    const [name, value] = draft.values[at] ?? [];
    if (name !== field.name || !isUntouched(field)) return;
    const property = isChoice(field) ? "checked" : "value";
    if (field[property] === value) return;
    field[property] = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    changed = true;
  });
  return changed;
}

function tell(form) {
  const note = document.createElement("p");
  note.className = "ar-restored";
  note.setAttribute("role", "status");
  form.prepend(note);
  note.textContent = "What you typed here before was kept in this tab. Check it before you send it.";
}

function keep(form, at) {
  const key = `${PREFIX}${location.pathname}:${form.id || at}`;
  const draft = read(key);
  if (draft && restore(form, draft)) tell(form);
  form.addEventListener("input", () => write(key, { person, values: values(form) }));
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preview") write(key, { person, sent: true, values: values(form) });
  });
}

// What was sent was taken if a page of the same person follows. Errors and the sign-in are nobody's page: there the
// sending came to nothing, and the draft waits on.
function sweep() {
  for (const key of keys()) {
    const draft = read(key);
    if (!person && draft) {
      write(key, { ...draft, sent: false });
    } else if (!draft || draft.sent || draft.person !== person) {
      sessionStorage.removeItem(key);
    }
  }
}

sweep();
if (person) {
  document.querySelectorAll("form[method=post]:not([data-no-draft])").forEach(keep);
  document.querySelectorAll("form[data-sign-out]").forEach((form) => {
    form.addEventListener("submit", () => keys().forEach((key) => sessionStorage.removeItem(key)));
  });
}
