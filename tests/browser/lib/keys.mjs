// A person who has a keyboard and nothing else: Tab, Shift+Tab, Enter, Space, arrows and letters.

import assert from "node:assert/strict";

// More stops than any page has: who does not come to what they look for within them is trapped, or it is not there.
const MOST = 400;

// What has the focus: what it is called, whether that shows, and whether it can be seen.
function stop() {
  const at = document.activeElement;
  if (!at || at === document.body) return { name: "", tag: "body" };
  const label = at.labels?.[0];
  const looks = () => {
    const of = (element, part) => {
      const { outline, boxShadow, borderColor, backgroundColor, textDecoration } = getComputedStyle(element, part);
      return [outline, boxShadow, borderColor, backgroundColor, textDecoration].join(" ");
    };
    return [of(at), label ? of(label, "::before") : "", label ? of(label) : ""].join("|");
  };
  const here = looks();
  // A date has a stop for each of its parts, which a look from elsewhere would begin anew.
  const parts = at.matches("[type=date], [type=datetime-local]");
  if (!parts) at.blur();
  const away = parts ? "" : looks();
  if (!parts) at.focus({ preventScroll: true });
  const text = (element) => element.innerText?.replace(/\s+/g, " ").trim() ?? "";
  const legend = at.type === "radio" ? `${text(at.closest("fieldset").querySelector("legend"))}: ` : "";
  const name = at.getAttribute("aria-label") ?? (label ? legend + text(label) : text(at));
  // A box stands behind its label, which is what people see.
  const seen = (at.matches("[type=radio], [type=checkbox]") && label) || at;
  // A link that goes over several lines is looked for on its first one.
  const box = seen.getClientRects()[0] ?? seen.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2];
  const top = document.elementFromPoint(Math.max(0, Math.min(x, innerWidth - 1)), y);
  const covered = !(top && (seen.contains(top) || top.contains(seen)));
  const href = at.getAttribute("href");
  return { name, tag: at.localName, type: at.type, id: at.id, href, shows: parts ? getComputedStyle(at).outlineStyle !== "none" : here !== away, covered, role: at.getAttribute("role") };
}

/** The keyboard of a page. `wrong` collects stops whose focus does not show or that something covers. */
export class Keys {
  constructor(page, wrong) {
    Object.assign(this, { page, wrong });
  }

  /** What has the focus. */
  async at() {
    return this.page.evaluate(stop);
  }

  /** What has the focus after a step, at which it must show. */
  async stopped() {
    const found = await this.at();
    const where = `${new URL(this.page.url()).pathname}: ${found.tag} “${found.name.slice(0, 60)}”`;
    if (found.tag !== "body" && !found.shows && found.tag !== "main") this.wrong.push(`the focus does not show on ${where}`);
    if (found.tag !== "body" && found.covered) this.wrong.push(`something covers ${where}`);
    return found;
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  /** Goes on with Tab until what has the focus is this. */
  async reach(wanted, key = "Tab") {
    const passed = [];
    for (let count = 0; count < MOST; count += 1) {
      await this.press(key);
      const found = await this.stopped();
      if (wanted(found)) return found;
      passed.push(found.name || found.tag);
    }
    throw new Error(`Tab does not lead there at ${this.page.url()}; it passed ${[...new Set(passed)].join("; ")}`);
  }

  /** Goes to a link or button of this name. */
  async to(name) {
    return this.reach((found) => found.name === name && ["a", "button", "summary"].includes(found.tag));
  }

  /** Presses Enter on what has the focus, and waits for the page that it brings. */
  async enter() {
    const loaded = this.page.waitForEvent("load");
    await this.press("Enter");
    await loaded;
  }

  /** Goes to a link or button, and takes it. */
  async take(name) {
    await this.to(name);
    await this.enter();
  }

  /** Fills in a field by its label: types text, ticks a box with Space, or goes to a radio button with arrows. */
  async fill(label, value) {
    const called = ({ name }) =>
      (label === "Intent" && name.startsWith("I sign ")) || name === label || name === `${label} (optional)` || name.startsWith(`${label}: `);
    const field = await this.reach(called);
    if (field.type === "checkbox") return this.press("Space");
    if (field.type === "radio") {
      await this.press("Space");
      for (let turn = 0; turn < 20 && !(await this.at()).name.endsWith(`: ${value}`); turn += 1) await this.press("ArrowDown");
      return assert.ok((await this.at()).name.endsWith(`: ${value}`), `${label} has no ${value}`);
    }
    if (field.tag === "select") return this.page.keyboard.type(value);
    await this.page.keyboard.type(value);
  }

  /** Walks through a whole page and out of it; says how many stops it has. */
  async walk() {
    let count = 0;
    await this.page.evaluate(() => document.activeElement?.blur());
    const first = await this.reach(() => true);
    for (;;) {
      await this.press("Tab");
      const found = await this.stopped();
      count += 1;
      if (found.tag === "body" || (found.name === first.name && found.href === first.href)) return count;
      if (count > MOST) throw new Error(`Tab does not lead out of ${this.page.url()}`);
    }
  }
}
