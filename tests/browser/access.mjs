// Every kind of page, in three languages and two widths: no finding of axe-core, valid HTML, within its budget, usable
// by keyboard, still where motion is unwelcome. Usage: node access.mjs SITE_DIR
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { join } from "./paths.mjs";
import { assert, open } from "./folder.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("give the folder of a release; nothing was tested");
  process.exit(2);
}
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { test, names, kinds, close } = await open(folder);
const samples = await kinds();

for (const lang of ["ar", "en", "fr"]) {
  for (const width of [1280, 390]) {
    await test(`axe-core finds nothing in ${lang} at ${width} px`, { viewport: { width, height: 900 }, bypassCSP: true }, async (page, go) => {
      const found = [];
      for (const sample of samples) {
        await go(`${lang}/${sample}`);
        await page.evaluate(axe);
        const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        for (const v of result.violations) found.push(`${sample}: ${v.id} at ${v.nodes[0].target.join(" ")} (${v.nodes.length})`);
      }
      assert(!found.length, found.join(" | "));
    });
  }
}

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "doctype-style": "off",
    "attribute-boolean-style": "off",
    // Regions that scroll sideways must be reachable by keyboard (WCAG 2.1.1), which this rule does not know.
    "prefer-native-element": "off",
    "no-redundant-role": "off",
  },
});
for (const lang of ["ar", "en", "fr"]) {
  await test(`pages in ${lang} are valid HTML`, {}, async () => {
    const found = [];
    for (const sample of [...samples.map((s) => `${lang}/${s}`), "index.html"]) {
      const report = await validator.validateString(await readFile(join(folder, sample), "utf8"));
      for (const result of report.results) for (const m of result.messages) found.push(`${sample}:${m.line} ${m.ruleId} ${m.message}`);
    }
    assert(!found.length, found.slice(0, 5).join(" | "));
  });
  await test(`a page of counts in ${lang} is below 150 KB, with all that it loads below 450 KB`, {}, async () => {
    for (const name of (await names("counts")).concat("../month/2019-03.html")) {
      const size = await stat(join(folder, lang, "counts", name)).then((s) => s.size, () => 0);
      assert(size < 150_000, `${name} has ${size} bytes`);
    }
  });
}

await test("the board of trust works by keyboard alone", {}, async (page, go) => {
  await go("en/counts/all.html");
  const box = page.locator("[data-board] input").first();
  await box.focus();
  await page.keyboard.press("Space");
  assert(!(await box.isChecked()), "the space key does not switch a list off");
  assert((await page.locator(".effect").textContent()).includes("left out"), "the effect is not said");
  const outline = await box.evaluate((b) => getComputedStyle(b.closest("label")).outlineStyle + getComputedStyle(b).outlineStyle);
  assert(outline.includes("solid"), `the focus is not seen: ${outline}`);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  assert(await page.locator(".choices button[aria-pressed=true]").count(), "a button is not pressed by Enter");
});

await test("the first stop of the keyboard leads past the frame", {}, async (page, go) => {
  await go("en/counts/all.html");
  await page.keyboard.press("Tab");
  assert((await page.evaluate(() => document.activeElement.className)) === "skip", "no way past the frame");
});

await test("nothing moves where motion is unwelcome", { reducedMotion: "reduce" }, async (page, go) => {
  await go("en/counts/all.html");
  const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0 || getComputedStyle(e).animationName !== "none").length);
  assert(moving === 0, `${moving} elements move`);
});

await test("the board's numbers are there without JavaScript", { javaScriptEnabled: false }, async (page, go) => {
  await go("en/counts/all.html");
  assert(await page.locator("[data-board] table").isVisible(), "no table");
  assert(!(await page.locator("[data-board] fieldset").isVisible()), "controls that do nothing are shown");
  assert(!(await page.locator("[data-board] .explanation").isVisible()), "what only the script does is promised");
  assert(await page.locator("[data-board] .still .notice-title").isVisible(), "no title");
});

await close();
