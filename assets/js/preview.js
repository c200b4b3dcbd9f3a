// Shows what a command would bring without leaving the page. A form with data-preview has a button named "preview":
// without this script it sends the form and the server answers a page, with it the answer's .ar-preview is shown here.

function panelOf(form) {
  return form.querySelector(".ar-preview") ?? document.querySelector(".ar-preview");
}

function body(form, submitter) {
  const data = new FormData(form, submitter);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

// The part of an answer to show: its own panel where it is a page, all of it where it is a fragment.
// A page without a preview says what is wrong with the form: it is asked for as a page.
function shown(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const nodes = [...(answer.querySelector(".ar-preview") ?? answer.body).childNodes];
  if (answer.querySelector("main") && !answer.querySelector(".ar-preview")?.firstElementChild) throw new Error("no preview");
  return nodes;
}

async function preview(form, submitter, panel) {
  panel.setAttribute("aria-busy", "true");
  try {
    const headers = { Accept: "text/html", "Anteroom-Fragment": "preview" };
    const answer = await fetch(form.action, { method: "POST", headers, body: body(form, submitter) });
    if (answer.redirected) {
      location.assign(answer.url);
    } else {
      panel.replaceChildren(...shown(await answer.text()));
    }
  } finally {
    panel.removeAttribute("aria-busy");
  }
}

function attach(form) {
  const panel = panelOf(form);
  if (!panel) return;
  panel.setAttribute("aria-live", "polite");
  let plain = false;
  form.addEventListener("submit", (event) => {
    if (plain || event.submitter?.name !== "preview") return;
    event.preventDefault();
    preview(form, event.submitter, panel).catch(() => {
      plain = true;
      form.requestSubmit(event.submitter);
    });
  });
}

document.querySelectorAll("form[data-preview]").forEach(attach);
