// Paths of a served folder: a request never reaches a file outside it.
import { join, resolve, sep } from "node:path";

export { extname, join } from "node:path";

/** The file that a request's path names, or null when it lies outside the folder. */
export function normal(folder, path) {
  const root = resolve(folder);
  const file = resolve(join(root, decodeURIComponent(path)));
  return file === root || file.startsWith(root + sep) ? file : null;
}
