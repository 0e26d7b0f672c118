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

/** Numbers that stand in a cell, "1,234 or 1,300". */
const numbersIn = (text) => (text.replace(/\([^)]*\)/g, "").match(/\d[\d,]*/g) ?? []).map((n) => Number(n.replaceAll(",", "")));

await test("totals, chart, disagreement and differences of a month follow every choice of sources", {}, async (page, go) => {
  await go("en/month/2019-03.html");
  const sources = await page.locator("[data-board=figures] input").evaluateAll((boxes) => boxes.map((b) => b.value));
  assert(sources.length > 2, "fewer than three sources");
  let said = 0;
  let silent = 0;
  for (let mask = 0; mask < Math.min(2 ** sources.length, 64); mask++) {
    const chosen = sources.filter((_, i) => (mask >> i) & 1);
    await page.goto("about:blank").catch(() => {});
    await go(`en/month/2019-03.html#lists=${chosen.join(",")}`);
    const told = await page.evaluate(() => {
      const seen = (el) => el.getClientRects().length > 0;
      const cells = (row) => [...row.cells].filter(seen).map((c) => c.textContent);
      const sections = [];
      for (const h2 of document.querySelectorAll("main h2")) {
        const section = { lines: [], totals: [], parties: [], marks: 0 };
        for (let el = h2.nextElementSibling; el && el.tagName !== "H2"; el = el.nextElementSibling) {
          if (el.matches(".disagree") && seen(el)) section.lines.push(el.textContent);
          for (const row of el.querySelectorAll("tr[data-of]")) if (seen(row)) section.totals.push([row.dataset.of, ...cells(row)]);
          for (const row of el.querySelectorAll("tr[data-difference]")) section.parties.push(cells(row));
          section.marks += el.querySelectorAll(".interactive g[aria-label=bar] path, .interactive g[aria-label=bar] rect").length;
        }
        sections.push(section);
      }
      return sections;
    });
    for (const { lines, totals, parties, marks } of told) {
      assert(totals.every(([of]) => chosen.includes(of)), `${chosen}: rows of ${totals.map(([of]) => of)}`);
      const by = new Map();
      for (const [of, who, population, , total] of totals) {
        if (/massacre/.test(who)) continue;
        for (const n of numbersIn(total)) by.set(population, [...(by.get(population) ?? []), [n, of]]);
      }
      const ends = [...by].map(([population, all]) => [population, all.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))]).map(([population, all]) => [population, all[0], all[all.length - 1]]);
      const expected = ends.filter(([, low, high]) => low[0] !== high[0] && low[1] !== high[1]);
      assert(lines.length === expected.length, `${chosen}: ${lines.length} sentences for ${JSON.stringify(expected)}`);
      for (const [population, low, high] of expected) {
        const line = lines.find((words) => words.includes(`(${population})`)) ?? "";
        for (const n of [low[0], high[0], high[0] - low[0]]) assert(numbersIn(line.replace(/[()]/g, " ")).includes(n), `${chosen}: ${lines.join(" ")}, and not ${n}`);
      }
      said += lines.length;
      silent += expected.length === 0 ? 1 : 0;
      for (const row of parties) {
        const printed = row.slice(1, -1).map(numbersIn).filter((all) => all.length);
        const all = printed.flat();
        const wanted = printed.length < 2 ? "–" : String(Math.max(...all) - Math.min(...all));
        assert(row[row.length - 1].replaceAll(",", "").startsWith(wanted), `${chosen}: ${row.join(" | ")} and not ${wanted}`);
      }
      if (totals.length) assert(marks === 0 || marks <= totals.length + 2, `${chosen}: ${marks} bars for ${totals.length} rows`);
    }
  }
  assert(said > 2 && silent > 0, `${said} sentences, ${silent} without one: nothing was tested`);
});

await close();
