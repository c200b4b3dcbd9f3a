// Brings the focus to what the answer of a form is about: the heading, or the list of errors, that has data-focus.

const target = document.querySelector("[data-focus]");
if (target) {
  target.tabIndex = -1;
  target.focus();
}
