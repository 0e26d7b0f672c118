// What a page counts for a choice of lists, against what the program counts for it.
// Usage: node trust.mjs SITE_DIR PROGRAM WORKSPACE
import { execFileSync } from "node:child_process";
import { assert, open } from "./folder.mjs";

const [folder, program, workspace] = process.argv.slice(2);
if (!workspace) {
  console.error("give the folder of a release, the program and the workspace that it was published from; nothing was tested");
  process.exit(2);
}
const { test, close } = await open(folder);

/** Persons by attribution, as `tawthiq tally --trust` adds them up. */
function tally(trust) {
  const table = JSON.parse(execFileSync(program, ["--workspace", workspace, "tally", "--trust", trust, "--json"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const sums = {};
  for (const cell of table.cells) {
    const a = cell.stratum.attribution;
    const key = a.kind === "party" ? a.party : a.kind;
    sums[key] = (sums[key] ?? 0) + cell.n_documented;
  }
  return sums;
}

const digits = (text) => Number(text.replace(/[٠-٩]/g, (d) => String("٠١٢٣٤٥٦٧٨٩".indexOf(d))).replace(/\D/g, ""));

/** Persons by attribution, as the page shows them. */
async function shown(page) {
  const rows = await page.locator("[data-attribution]").evaluateAll((cells) => cells.map((c) => [c.dataset.attribution, c.textContent]));
  const sums = Object.fromEntries(rows.map(([key, text]) => [key, digits(text)]).filter(([, n]) => n > 0));
  return { sums, total: digits(await page.locator("[data-total]").textContent()) };
}

const same = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

await test("every choice of lists is counted in the page as the program counts it", {}, async (page, go) => {
  await go("en/counts/all.html");
  const lists = await page.locator("[data-lists-board] input").evaluateAll((boxes) => boxes.map((b) => b.value));
  assert(lists.length > 1, "fewer than two lists");
  let differ = 0;
  const seen = new Set();
  const some = Math.min(2 ** lists.length, 32);
  for (let mask = 1; mask < some; mask++) {
    const chosen = lists.filter((_, i) => (mask >> i) & 1);
    await page.goto("about:blank").catch(() => {});
    await go(`en/counts/all.html#lists=${chosen.join(",")}`);
    const { sums, total } = await shown(page);
    const expected = tally(chosen.join(","));
    assert(same(sums, expected), `${chosen}: ${JSON.stringify(sums)} is shown and ${JSON.stringify(expected)} counted`);
    assert(total === Object.values(expected).reduce((a, b) => a + b, 0), `${chosen}: total ${total}`);
    seen.add(JSON.stringify(sums));
    differ += sums.disputed ?? 0;
  }
  assert(seen.size > 2, "every choice gives the same numbers, so nothing was tested");
  console.log(`# ${some - 1} choices, ${seen.size} different answers, ${differ} disputed in all`);
});

for (const lang of ["ar", "fr"]) {
  await test(`a trust set is counted in ${lang} as the program counts it, and its effect is said`, {}, async (page, go) => {
    await go(`${lang}/counts/all.html`);
    for (const button of await page.locator(".choices button").all()) {
      const id = await button.getAttribute("value");
      await button.click();
      const { sums } = await shown(page);
      assert(same(sums, tally(id)), `${id}: ${JSON.stringify(sums)}`);
      assert((await button.getAttribute("aria-pressed")) === "true", `${id} is not shown as chosen`);
      const words = await page.locator(".effect").textContent();
      assert(words.trim() && !/[{}]/.test(words), `${id}: ${words}`);
    }
  });
}

await test("leaving a source out of the published figures is said in a sentence", {}, async (page, go) => {
  await go("en/month/2019-03.html");
  const box = page.locator("[data-board=figures] input").first();
  await box.uncheck();
  const words = await page.locator("[data-board=figures] .effect").textContent();
  assert(/left out/.test(words) && /%|no party/.test(words), words);
  assert(page.url().includes("#lists="), page.url());
});

await close();
