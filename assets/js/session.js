// Warns before a session ends, with time to stay. <body> says, in seconds from now: data-session-ends, when it ends
// whatever happens, and data-session-idle, after how long without a request; data-session-stay is the address that
// counts as a request, data-session-sign-in the one to begin again.

const { sessionEnds, sessionIdle, sessionStay, sessionSignIn = "/sign-in" } = document.body.dataset;
const WARNING = 120_000;
const loaded = Date.now();
const last = loaded + Number(sessionEnds) * 1000;
let idle = loaded + Number(sessionIdle) * 1000;
let dialog = null;

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

function open(heading, text) {
  close();
  dialog = document.createElement("dialog");
  dialog.className = "ar-dialog";
  element("h2", heading, dialog).id = "ar-session-heading";
  dialog.setAttribute("aria-labelledby", "ar-session-heading");
  element("p", text, dialog);
  document.body.append(dialog);
  return dialog;
}

function close() {
  dialog?.remove();
  dialog = null;
}

function renew() {
  idle = Date.now() + Number(sessionIdle) * 1000;
  close();
}

async function stay() {
  const answer = await fetch(sessionStay, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return over();
  others?.postMessage("active");
  renew();
}

function warn() {
  const canStay = sessionStay && last - Date.now() > WARNING;
  const box = open(
    "You will be signed out soon",
    canStay
      ? "For your protection your session ends in two minutes without a request."
      : "Your session ends in two minutes. What you typed is kept in this tab; send it, or sign in again.",
  );
  const button = element("button", canStay ? "Stay signed in" : "Close", box);
  button.type = "button";
  button.addEventListener("click", () => (canStay ? stay() : box.close()));
  box.dataset.state = "warned";
  box.showModal();
}

function over() {
  const box = open("You are signed out", "What you typed is kept in this tab until you sign in again.");
  element("a", "Sign in", box).href = sessionSignIn;
  box.dataset.state = "over";
  box.showModal();
}

function look() {
  const left = Math.min(idle, last) - Date.now();
  if (left <= 0 && dialog?.dataset.state !== "over") over();
  else if (left > 0 && left <= WARNING && !dialog) warn();
}

const others = sessionEnds && "BroadcastChannel" in window ? new BroadcastChannel("anteroom-session") : null;
if (sessionEnds && sessionIdle) {
  others?.postMessage("active");
  others?.addEventListener("message", renew);
  setInterval(look, 5_000);
  document.addEventListener("visibilitychange", look);
  look();
}
