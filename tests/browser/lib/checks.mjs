// What must hold on a page. Each check answers with a list of what is wrong.

import { HtmlValidate, axe } from "./tools.mjs";

/** Ways to look at a page; the first is how a page is left for the checks that follow. */
export const MODES = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colors": { forcedColors: "active" },
  narrow: { width: 390 },
  // Nothing is touched on paper.
  print: { media: "print", rules: { "target-size": { enabled: false } } },
};

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const WIDE = { width: 1280, height: 900 };

async function look(page, mode) {
  const { width, rules: _, ...media } = MODES[mode];
  await page.setViewportSize(width ? { width, height: 844 } : WIDE);
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none", media: "screen", ...media });
}

/** Violations that axe finds in these modes. */
export async function accessible(page, modes = Object.keys(MODES)) {
  const wrong = [];
  if (!modes.length) return wrong;
  await page.evaluate(axe);
  for (const mode of modes) {
    await look(page, mode);
    const options = { runOnly: { type: "tag", values: TAGS }, rules: MODES[mode].rules ?? {}, resultTypes: ["violations"] };
    const violations = await page.evaluate(async (asked) => (await window.axe.run(asked)).violations, options);
    for (const { id, impact, nodes } of violations) {
      const where = nodes.map((node) => `${node.target.join(" ")}: ${node.any[0]?.message ?? node.html}`);
      wrong.push(`axe, ${mode}: ${id} (${impact}) ${where.slice(0, 5).join("; ")}`);
    }
  }
  await look(page, "light");
  return wrong;
}

/** Title, heading, ids, icons that are in the sprite, and nothing wider than a window of 320 pixels. */
export async function structure(page) {
  const wrong = await page.evaluate(async () => {
    const found = [];
    const headings = document.querySelectorAll("h1").length;
    if (!document.title.trim()) found.push("no title");
    if (headings !== 1) found.push(`${headings} headings of the first level`);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) found.push(`the id ${id} occurs twice`);
    for (const use of document.querySelectorAll("use")) {
      const [sprite, name] = use.getAttribute("href").split("#");
      const text = sprite ? await (await fetch(sprite)).text() : document.documentElement.outerHTML;
      if (!text.includes(`id="${name}"`)) found.push(`no icon ${name}`);
    }
    return found;
  });
  return [...wrong, ...(await narrow(page))];
}

async function narrow(page) {
  await page.setViewportSize({ width: 320, height: 800 });
  const wide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= 320) return [];
    const beyond = (element) => element.getBoundingClientRect().right > 321;
    const name = (element) => `${element.localName}.${element.className}`;
    return [...document.body.querySelectorAll("*")].filter(beyond).map(name).slice(0, 5);
  });
  await page.setViewportSize(WIDE);
  return wide.length ? [`wider than 320 pixels: ${wide.join(", ")}`] : [];
}

// Rules beyond validity that the other checks hold already, or that are a matter of taste.
const OFF = ["long-title", "no-trailing-whitespace", "void-style", "attribute-boolean-style", "doctype-style", "no-implicit-button-type"];
const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    ...Object.fromEntries(OFF.map((rule) => [rule, "off"])),
    "no-inline-style": "error",
    // Safari drops the list role of a list without markers, so that we write it.
    "no-redundant-role": "off",
    // Stacked rows lose the roles of a table where their elements are blocks, so that we write them.
    "prefer-native-element": "off",
  },
});

/** What is no valid HTML in a document as it was sent. */
export async function valid(html) {
  const { results } = await validator.validateString(html);
  const say = ({ line, column, ruleId, message }) => `HTML ${line}:${column} ${ruleId}: ${message}`;
  return results.flatMap((result) => result.messages.map(say));
}
