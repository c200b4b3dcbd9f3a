// The people of a story: each in a browser context of their own, who go only where links and forms lead.

import assert from "node:assert/strict";

import { open } from "./browser.mjs";
import { accessible, structure } from "./checks.mjs";
import { shape } from "./crawl.mjs";
import { fill } from "./fields.mjs";
import { signIn } from "./person.mjs";

/** A reference of a record, such as `ENG-2026-K7Q4MD`. */
const REFERENCE = /[A-Z]{3}-\d{4}-[A-Z0-9]+/;

/** Everybody in a story. Pages are looked at as people come to them, each shape once for each person. */
export class Cast {
  constructor(held, { scripts = true, look = true, ...options } = {}) {
    this.held = held;
    this.options = { reducedMotion: "reduce", javaScriptEnabled: scripts, ...options };
    this.looks = look && held.look !== false;
    this.people = new Map();
    this.wrong = [];
  }

  /** A person who is signed in, from the first time that the story names them. */
  async person(email) {
    if (!this.people.has(email)) {
      const context = await this.held.browser.newContext(this.options);
      context.setDefaultTimeout(8_000);
      const page = await open(context);
      await signIn(page, this.held.demo, email);
      const person = new Person(this, email, page);
      this.people.set(email, person);
      await person.arrived();
    }
    return this.people.get(email);
  }

  /** Ends all contexts; fails with whatever was wrong on any page. */
  async leave() {
    for (const person of this.people.values()) {
      this.wrong.push(...person.page.troubles.map((one) => `${person.email}: ${one}`));
      await person.page.context().close();
    }
    assert.deepEqual([...new Set(this.wrong)].sort(), []);
  }
}

/** Somebody at a browser. */
export class Person {
  constructor(cast, email, page) {
    Object.assign(this, { cast, email, page, seen: new Set() });
  }

  get main() {
    return this.page.locator("main");
  }

  /** The address without its origin. */
  get at() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  /** Looks at a page that was not seen before. */
  async arrived() {
    const found = [];
    const address = this.page.url();
    if (this.cast.looks && !this.seen.has(shape(address))) {
      this.seen.add(shape(address));
      found.push(...(await structure(this.page)), ...(await accessible(this.page, ["light"])));
    }
    this.cast.wrong.push(...found.map((one) => `${this.email} at ${this.at}: ${one}`));
  }

  /** Does what brings another page, and waits for it. */
  async turns(act) {
    const loaded = this.page.waitForEvent("load").catch((error) => error);
    await act();
    const error = await loaded;
    if (error instanceof Error) throw error;
    await this.arrived();
  }

  /** Takes a way of the main navigation. */
  async goes(way) {
    const link = this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: way, exact: true });
    await this.turns(() => link.click());
  }

  /** Follows a link of the page by what it says. */
  async follows(name) {
    await this.turns(() => this.main.getByRole("link", { name }).first().click());
  }

  /** Opens a part of the page that is folded. */
  async unfolds(name) {
    await this.main.locator("summary").filter({ hasText: name }).first().click();
  }

  /** Loads the page anew. */
  async looksAgain() {
    await this.turns(() => this.page.reload());
  }

  /** Goes to a record through the worklist, whose row names the step. */
  async takesUp(reference, step) {
    await this.goes("Worklist");
    const row = this.main.getByRole("row").filter({ hasText: reference }).filter({ hasText: step }).first();
    if (!(await row.count())) await this.within(this.main, `${step} of ${reference}`);
    await this.turns(() => row.getByRole("link", { name: reference }).click());
  }

  /** Goes to a record through the list of its kind. */
  async finds(way, reference) {
    await this.goes(way);
    await this.follows(reference);
  }

  /** Asks the search for words. */
  async looksUp(words) {
    await this.main.getByRole("search").locator("input").fill(words);
    await this.turns(() => this.main.getByRole("button", { name: "Find" }).click());
  }

  /** The row of a table that says this. */
  row(text) {
    return this.main.getByRole("row").filter({ hasText: text }).first();
  }

  /** Fills in the form of the page and sends it, after a look at what would happen. */
  async sends(fields = {}, { preview } = {}) {
    const form = this.main.locator("form[data-preview]");
    await fill(form, fields);
    if (preview) await this.previews(preview);
    const password = form.locator("input[type=password]");
    if (await password.count()) await password.fill(this.cast.held.demo.password);
    await this.turns(() => form.locator("button:not([name])").click());
  }

  /** Asks what would happen: beside the form where there are scripts, else on a page of its own. */
  async previews(...expected) {
    const button = this.main.getByRole("button", { name: "Preview" });
    if (this.cast.options.javaScriptEnabled) await button.click();
    else await this.turns(() => button.click());
    const panel = this.main.locator(".ar-preview").filter({ hasText: "What would happen" });
    for (const one of expected.flat()) await this.within(panel, one);
  }

  /** Carries out an act of the record's page, and finds that it is done. */
  async does(act, fields = {}, options = {}) {
    await this.turns(() => this.main.locator("#actions").getByRole("link", { name: act, exact: true }).click());
    await this.sends(fields, options);
    const done = this.main.getByText(`Done: `).first();
    if (!(await done.count())) throw new Error(`${this.email} could not “${act}”: ${await this.main.innerText()}`);
  }

  /** Begins a record under the one of the page, and says which it is. */
  async begins(kind, fields = {}, options = {}) {
    await this.unfolds("Begin something here");
    await this.follows(new RegExp(`^${kind}:`));
    return this.makes(fields, options);
  }

  /** Sends the form of a new record, and says which it is. */
  async makes(fields, options) {
    await this.sends(fields, options);
    const reference = new URL(this.page.url()).pathname.match(REFERENCE)?.[0];
    if (!reference) throw new Error(`${this.email} made nothing: ${await this.main.innerText()}`);
    return reference;
  }

  /** Finds this said within a part of the page. */
  async within(part, text) {
    const said = await part.first().innerText().catch(() => "");
    const holds = text instanceof RegExp ? text.test(said) : said.includes(text);
    assert.ok(holds, `${this.email} at ${this.at} should see ${text}, and sees: ${said || (await this.main.innerText())}`);
  }

  /** Finds these said on the page. */
  async sees(...texts) {
    for (const text of texts) await this.within(this.main, text);
  }

  /** Finds none of these said on the page. */
  async seesNot(...texts) {
    const said = await this.main.innerText();
    for (const text of texts) assert.ok(!said.includes(text), `${this.email} at ${this.at} should not see ${text}`);
  }

  /** Finds the record at this stage. */
  async findsStage(stage) {
    const header = this.main.locator(".ar-record-header");
    await this.within(header, new RegExp(`Stage\\s+${stage}\\b`));
  }

  /** Gets the answer of an address that does not exist, and sees none of these words. */
  async isToldNothingOf(address, ...words) {
    const answer = await this.page.goto(new URL(address, this.page.url()).href);
    assert.equal(answer.status(), 404, `${this.email} at ${address}`);
    await this.seesNot(...words);
    this.page.troubles.length = 0;
    await this.page.goBack();
  }
}
