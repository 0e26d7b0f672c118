// Opens a released folder in a browser: direction, the way from one number down to its address, no console errors,
// no request to another host, and no sideways scrolling on a narrow screen. Usage: node run.mjs SITE_DIR
import { createServer } from "node:http";
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join, normal } from "./paths.mjs";
import { chromium } from "playwright-core";

const folder = process.argv[2];
if (!folder) {
  console.error("give the folder of a release; nothing was tested");
  process.exit(2);
}
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json" };
const server = createServer(async (request, response) => {
  const path = normal(folder, new URL(request.url, "http://localhost").pathname);
  try {
    const file = path && (await stat(path)).isDirectory() ? join(path, "index.html") : path;
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(await readFile(file));
  } catch {
    response.writeHead(404).end("not found");
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let failed = 0;
const assert = (fact, words) => {
  if (!fact) throw new Error(words);
};

/** Runs a test with a page that fails it on console errors and on requests to any other host. */
async function test(name, options, body) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => request.url().startsWith(origin) || trouble.push(`asked ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && trouble.push(`${response.status()} ${response.url()}`));
  try {
    await body(page, (path) => page.goto(`${origin}/${path}`, { waitUntil: "networkidle" }));
    assert(!trouble.length, trouble.join("; "));
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}: ${error.message.split("\n")[0]} (${page.url().replace(origin, "")})`);
  }
  await context.close();
}

const names = async (part) => (await readdir(join(folder, "en", part)).catch(() => [])).filter((f) => f.endsWith(".html")).sort();
const months = (await names("month")).filter((f) => /^\d{4}-\d{2}\.html$/.test(f));
const month = months.includes("2019-03.html") ? "2019-03.html" : months[0];
const samples = ["index.html", `month/${month}`];
for (const part of ["source", "party", "place", "claim", "person", "figure", "accession", "counts", "month", "report", "notice", "day", "charts"]) {
  const found = await names(part);
  if (found.includes("index.html")) samples.push(`${part}/index.html`);
  const other = found.find((f) => f !== "index.html");
  if (other) samples.push(`${part}/${other}`);
}
samples.push("statements.html", "check.html", "method.html", "party/isis.html");

await test("the first page leads to the three languages without JavaScript", { javaScriptEnabled: false }, async (page, go) => {
  await go("index.html");
  for (const lang of ["ar", "en", "fr"]) assert(await page.locator(`a[hreflang=${lang}]`).isVisible(), `no link to ${lang}`);
});

for (const [lang, dir] of [["ar", "rtl"], ["en", "ltr"], ["fr", "ltr"]]) {
  await test(`pages in ${lang} run ${dir} and are free of errors`, {}, async (page, go) => {
    for (const sample of samples) {
      await go(`${lang}/${sample}`);
      const html = page.locator("html");
      assert((await html.getAttribute("dir")) === dir && (await html.getAttribute("lang")) === lang, `${sample}: dir or lang`);
      assert((await page.evaluate(() => getComputedStyle(document.querySelector("main")).direction)) === dir, `${sample}: drawn in the wrong direction`);
      assert(await page.locator("h1").first().isVisible(), `${sample}: no heading`);
    }
  });
  for (const width of [360, 390]) {
    await test(`pages in ${lang} do not scroll sideways at ${width} px`, { viewport: { width, height: 800 } }, async (page, go) => {
      for (const sample of samples) {
        await go(`${lang}/${sample}`);
        const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert(wide <= inner, `${sample} is ${wide} px wide`);
      }
    });
  }
}

await test("a number of a month opens down to its page's address, its file and its proof", {}, async (page, go) => {
  await go(`en/month/${month}`);
  const link = page.locator("main td.n a[href*='figure/']").first();
  const number = (await link.textContent()).trim();
  await Promise.all([page.waitForURL(/\/figure\//), link.click()]);
  assert((await page.locator("main").textContent()).includes(number), `the figure does not show ${number}`);
  const address = await page.locator("main .facts a[rel~=external]").first().getAttribute("href");
  assert(/^https?:\/\//.test(address), `no address: ${address}`);
  const proof = await page.locator("main a[href*='proofs/']").first().getAttribute("href");
  const answer = await page.request.get(new URL(proof, page.url()).href);
  assert(answer.ok() && typeof (await answer.json()) === "object", "the proof is not JSON");
  await Promise.all([page.waitForURL(/\/accession\//), page.locator("main a[href*='accession/a-']").first().click()]);
  assert(/[0-9a-f]{64}/.test(await page.locator("main").textContent()), "no SHA-256");
});

await test("the language switch stays on the same page", {}, async (page, go) => {
  await go(`en/month/${month}`);
  await Promise.all([page.waitForURL(/\/ar\/month\//), page.locator(".languages a[lang=ar]").click()]);
  assert(page.url().endsWith(`/ar/month/${month}`), page.url());
});

await test("every number of the chart is there without JavaScript", { javaScriptEnabled: false }, async (page, go) => {
  await go("en/party/isis.html");
  assert(await page.locator("figure.chart svg title").count(), "no title in the drawing");
  assert(await page.locator("figure.chart .drawn svg").first().isVisible(), "the drawing is not shown");
});

await test("the chart becomes interactive with JavaScript", {}, async (page, go) => {
  await go(`en/month/${month}`);
  assert(await page.locator("figure.chart .interactive svg").first().isVisible(), "no interactive chart");
  // The numbers stay, with what is said of them.
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(200);
    const said = await page.locator("figure.chart .drawn .value").first().textContent();
    const shown = await page.locator("figure.chart .interactive").first().textContent();
    assert(said && shown.includes(said), `at ${width} the chart lacks ${said}`);
  }
});

const trust = (await names("counts")).find((f) => f !== "index.html");
if (trust) {
  await test("choosing lists re-adds the numbers and is kept in the address", {}, async (page, go) => {
    await go(`en/counts/${trust}`);
    const total = page.locator("[data-lists-board] [data-total]");
    const value = async () => Number((await total.textContent()).replaceAll(/\D/g, ""));
    const all = await value();
    const boxes = page.locator("[data-lists-board] input");
    for (let i = 1; i < (await boxes.count()); i++) await boxes.nth(i).uncheck();
    const one = await value();
    assert(all > 0 && one > 0 && one < all, `${one} of ${all}`);
    assert(page.url().includes("#lists="), page.url());
    await page.reload({ waitUntil: "networkidle" });
    assert((await value()) === one, "the choice was not kept");
    await boxes.first().uncheck();
    assert((await value()) === 0, "no list, and yet persons");
  });
  await test("a page of an invented person says so in three languages", {}, async (page, go) => {
    const person = (await names("person"))[0];
    for (const lang of ["ar", "en", "fr"]) {
      await go(`${lang}/person/${person}`);
      for (const l of ["ar", "en", "fr"]) assert(await page.locator(`.invented p[lang=${l}]`).isVisible(), `${lang}: no banner in ${l}`);
    }
  });
}

await browser.close();
server.close();
process.exit(failed ? 1 : 0);
