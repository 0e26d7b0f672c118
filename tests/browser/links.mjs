// Every internal link of a released folder leads to a file, and every anchor to an id of it: pages, feeds and the JSON of
// feeds. No browser is needed. Usage: node links.mjs SITE_DIR
import { readFile, readdir } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { extname, join } from "./paths.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("give the folder of a release; nothing was tested");
  process.exit(2);
}
const all = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((f) => f.isFile());
const files = new Set(all.map((f) => resolve(f.parentPath, f.name)));
const outside = /^(?:[a-z][a-z+.-]*:|\/\/)/i;
const unescaped = (text) => text.replaceAll("&#38;", "&").replaceAll("&amp;", "&").replaceAll("&#34;", '"');
const ids = new Map();

async function idsOf(file) {
  if (!ids.has(file)) ids.set(file, new Set([...(await readFile(file, "utf8")).matchAll(/\sid="([^"]*)"/g)].map((m) => unescaped(m[1]))));
  return ids.get(file);
}

let n = 0;
const broken = [];
for (const file of files) {
  const kind = extname(file);
  const isFeed = kind === ".json" && file.includes("/feed/");
  if (kind !== ".html" && kind !== ".atom" && !isFeed) continue;
  const text = await readFile(file, "utf8");
  const links = isFeed ? JSON.parse(text).items.map((item) => item.url) : [...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((m) => unescaped(m[1]));
  for (const link of new Set(links)) {
    if (!link || outside.test(link)) continue;
    n += 1;
    const [path, anchor] = link.split("#");
    // The page for what is not there is answered at any depth: its links begin at the root of the host.
    const from = path.startsWith("/") ? folder : dirname(file);
    const target = path ? resolve(from, decodeURIComponent(path).replace(/^\/+/, "")) : file;
    // What stands after `#lists=` is a reader's choice.
    const isThere = files.has(target) && (!anchor || anchor.includes("=") || extname(target) !== ".html" || (await idsOf(target)).has(decodeURIComponent(anchor)));
    if (!isThere) broken.push(`${relative(folder, file)} leads to ${link}`);
  }
}
if (!n || broken.length) {
  console.log(`not ok every internal link leads somewhere: ${broken.length} of ${n} do not: ${broken.slice(0, 5).join(" | ")}`);
  process.exit(1);
}
console.log(`ok every internal link leads somewhere (${n})`);
