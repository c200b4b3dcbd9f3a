// Filling in a form by what its labels say.

// The option that says this, or has it as its beginning.
async function choose(select, wanted) {
  const options = await select.locator("option").allInnerTexts();
  const label = options.find((one) => one === wanted) ?? options.find((one) => one.includes(wanted));
  if (label === undefined) throw new Error(`there is no ${wanted} to choose: ${options.join("; ")}`);
  await select.selectOption({ label });
}

// A label as it is said, with or without the word that nobody has to fill it in.
// What a signature means is a sentence of its own, which names the text.
const said = (label) =>
  label === "Intent" ? /^I (sign|have read|attest) / : new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}( \\(optional\\))?$`);

// Boxes stand behind their labels, on which people click.
async function press(form, box) {
  if (await box.isChecked()) return;
  const id = await box.getAttribute("id");
  await form.locator(`label[for="${id}"]`).click();
}

async function one(form, label, value) {
  const group = form.getByRole("group", { name: said(label) });
  if (value.each) {
    for (const field of await group.first().getByRole("textbox").all()) await field.fill(value.each);
    return;
  }
  if (typeof value !== "boolean" && (await group.count())) return press(form, group.first().getByLabel(value));
  const field = form.getByLabel(said(label)).first();
  if (!(await field.count())) throw new Error(`no field ${label}: ${await form.innerText()}`);
  if (typeof value === "boolean") return press(form, field);
  const tag = await field.evaluate((element) => element.localName);
  return tag === "select" ? choose(field, value) : field.fill(value);
}

/** Fills in these fields: `true` ticks a box, a text is typed or chosen, `each` is typed into every text of a group. */
export async function fill(form, fields) {
  for (const [label, value] of Object.entries(fields)) await one(form, label, value);
}
