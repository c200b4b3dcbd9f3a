// Fills the secret of a link, which stands behind the # of the address and which no browser sends, into the form that
// takes it, and takes it out of the address, so that it stays in no history.

const field = document.querySelector("form[data-link] input[name=link]");
if (field && location.hash.length > 1) {
  field.value = location.href;
  history.replaceState(null, "", location.pathname + location.search);
}
