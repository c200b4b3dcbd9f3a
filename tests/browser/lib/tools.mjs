// The packages, which are installed below target/ and not beside the tests.

import { createRequire } from "node:module";

export const root = new URL("../../../", import.meta.url);
const require = createRequire(new URL("target/browser/package.json", root));

export const { chromium } = require("playwright-core");
export const axe = require("axe-core").source;
export const { HtmlValidate } = require("html-validate");
