// Serves a released folder to a browser, and opens pages that must be free of errors and ask no other host.
import { createServer } from "node:http";
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join, normal } from "./paths.mjs";
import { chromium } from "playwright-core";

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json", ".png": "image/png" };

export async function open(folder) {
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

  /** One test; a page of it fails it by an error, or by asking another host. */
  async function test(name, options, body) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const trouble = [];
    page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
    page.on("pageerror", (error) => trouble.push(String(error)));
    page.on("request", (request) => request.url().startsWith(origin) || trouble.push(`asked ${request.url()}`));
    page.on("response", (response) => response.status() >= 400 && trouble.push(`${response.status()} ${response.url()}`));
    try {
      await body(page, (path) => page.goto(`${origin}/${path}`, { waitUntil: "load" }));
      if (trouble.length) throw new Error(trouble.join("; "));
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${name}: ${error.message.split("\n").slice(0, 6).join(" | ")} (${page.url().replace(origin, "")})`);
    }
    await context.close();
  }

  const names = async (part) => (await readdir(join(folder, "en", part)).catch(() => [])).filter((f) => f.endsWith(".html")).sort();

  /** One page of every kind that the folder has. */
  async function kinds() {
    const samples = ["index.html", "statements.html", "check.html", "method.html", "cite.html"];
    for (const part of ["source", "party", "place", "claim", "person", "figure", "accession", "counts", "month", "counts/all", "report", "notice", "day", "charts"]) {
      const found = await names(part);
      if (found.includes("index.html")) samples.push(`${part}/index.html`);
      const other = found.filter((f) => f !== "index.html");
      const known = ["2019-03.html", "isis.html", "snhr.html"].find((f) => other.includes(f));
      if (other.length) samples.push(`${part}/${known ?? other[0]}`);
    }
    return samples;
  }

  const close = async () => {
    await browser.close();
    server.close();
    process.exit(failed ? 1 : 0);
  };
  return { test, names, kinds, close };
}

export const assert = (fact, words) => {
  if (!fact) throw new Error(words);
};
