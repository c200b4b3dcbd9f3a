// The demonstration's clock and mail, through their pages.

import assert from "node:assert/strict";

/** Moves the demonstration's clock to an instant (RFC 3339), and says what happened on the way. */
export async function moveClock(page, demo, to) {
  await page.goto(`${demo.url}/demo`);
  await page.getByLabel("To an instant").fill(to);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Move the clock" }).click()]);
  return page.innerText("section[aria-labelledby=moved]", { timeout: 1_000 });
}

/** Holds that a notice about a record reached these people by mail, and not those, and says no more than its reference. */
export async function told(demo, reference, code, { reached, spared = [], never = [] }) {
  const all = await (await fetch(`${demo.url}/demo/mail`)).json();
  const found = all.filter((mail) => mail.reference === reference && (code === "any" || mail.code === code));
  const to = new Set(found.map((mail) => mail.to));
  for (const one of reached) assert.ok(to.has(one), `${code} about ${reference} reached ${[...to]}, not ${one}`);
  for (const one of spared) assert.ok(!to.has(one), `${code} about ${reference} reached ${one}`);
  for (const word of never) {
    const says = found.find(({ subject, text }) => subject.includes(word) || text.includes(word));
    assert.ok(!says, `a mail to ${says?.to} about ${reference} says ${word}`);
  }
}
