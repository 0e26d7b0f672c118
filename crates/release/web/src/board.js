// "Whom do you trust?": adds a page's numbers again for the sources that a reader chooses, from the table that the page
// carries. Nothing is sent anywhere; the choice is kept in the address after the `#`.

const ABSENT = ".";
const NAMES_NOBODY = "-";
const CONTRADICTS = "!";
const FIRST_PARTY = "a".charCodeAt(0);

/** The position of the party that the chosen lists name, or "disputed", or "not_stated". The rule of the tally. */
export function attribution(row, chosen, above) {
  let found = null;
  const within = (part, whole) => {
    for (let at = part; at !== -1; at = above[at]) if (at === whole) return true;
    return false;
  };
  for (const list of chosen) {
    const letter = row[list];
    if (letter === ABSENT || letter === NAMES_NOBODY) continue;
    if (letter === CONTRADICTS) return "disputed";
    const party = row.charCodeAt(list) - FIRST_PARTY;
    if (found === null || within(party, found)) found = party;
    else if (!within(found, party)) return "disputed";
  }
  return found === null ? "not_stated" : found;
}

/** Persons by attribution, on one list and on several, under the lists chosen (positions). */
export function count(data, chosen) {
  const sums = new Map();
  const facts = { one: 0, several: 0, disputed: 0 };
  let total = 0;
  for (const [row, n] of data.rows) {
    const on = chosen.filter((list) => row[list] !== ABSENT).length;
    if (on === 0) continue;
    const found = attribution(row, chosen, data.above);
    const key = typeof found === "number" ? data.parties[found] : found;
    sums.set(key, (sums.get(key) ?? 0) + n);
    total += n;
    facts[on > 1 ? "several" : "one"] += n;
  }
  facts.disputed = sums.get("disputed") ?? 0;
  const shares = new Map([...sums].map(([key, n]) => [key, [(100 * n) / total, (100 * n) / total]]));
  return { sums, shares, facts, total };
}

/** Lowest and highest share that the chosen sources printed for each party. */
export function spread(data, chosen) {
  const shares = new Map();
  for (const [source, party, percent] of data.shares) {
    if (!chosen.includes(source)) continue;
    const [low, high] = shares.get(data.parties[party]) ?? [Infinity, -Infinity];
    shares.set(data.parties[party], [Math.min(low, percent), Math.max(high, percent)]);
  }
  return { shares };
}

/** The two ends of the totals that the chosen sources printed, where they are of two sources and differ; else null. */
export function disagreement(totals, chosen) {
  const own = totals.filter(([source]) => chosen.includes(source)).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const [low, high] = [own[0], own[own.length - 1]];
  return low && low[0] !== high[0] && low[1] !== high[1] ? [low, high] : null;
}

/** How far the chosen sources are apart on one party, and whether their numbers are exact; null where fewer than two print one. */
export function difference(ends, chosen) {
  const own = ends.filter(([source]) => chosen.includes(source));
  if (own.length < 2) return null;
  const [low, high] = [Math.min(...own.map((end) => end[1])), Math.max(...own.map((end) => end[2]))];
  return [high - low, own.every((end) => end[3])];
}

/**
 * The party that a choice changes most, and how: a share that is one number "falls" or "rises"; a range that keeps less of
 * itself "narrows", since no number moved; a party for which nobody is left "ends", of several the one with most. Null where
 * no share changes. Keys are in the order of the rows; `shown` is a share as the page writes it. Persons of whom no list
 * tells are none; a share that nobody printed is not zero.
 */
export function effect(all, now, keys, persons, shown) {
  let most = null;
  let ended = null;
  for (const key of keys) {
    const was = all.shares.get(key) ?? (persons ? [0, 0] : null);
    const is = now.shares.get(key) ?? (persons ? [0, 0] : null);
    if (!was) continue;
    if (!is) {
      if (was[1] > (ended?.was[1] ?? -1)) ended = { key, was, how: "ends" };
      continue;
    }
    const moved = Math.max(Math.abs(is[0] - was[0]), Math.abs(is[1] - was[1]));
    if (shown(was) === shown(is) || moved <= (most?.moved ?? 0)) continue;
    const how = !persons ? "narrows" : is[0] > was[0] ? "rises" : "falls";
    most = { key, was, is, moved, how };
  }
  return most ?? ended;
}

/**
 * Whether a fall is one of silence: more of the persons counted are attributed to nobody than with all lists. Who names no party
 * does not say that a party killed fewer.
 */
export function isSilence(all, now, how) {
  const silent = (answer) => (answer.total ? (answer.sums?.get("not_stated") ?? 0) / answer.total : 0);
  return how === "falls" && silent(now) > silent(all);
}

const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function start(board) {
  const data = JSON.parse(board.querySelector("script[type='application/json']").textContent);
  const boxes = [...board.querySelectorAll("input[type=checkbox]")];
  const buttons = [...board.querySelectorAll(".choices button")];
  const told = board.querySelector(".effect");
  const persons = board.dataset.board === "persons";
  const numbers = new Intl.NumberFormat(data.locale);
  const tenths = new Intl.NumberFormat(data.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const plural = new Intl.PluralRules(data.locale);
  const together = new Intl.ListFormat(data.locale);
  const first = boxes.filter((box) => box.checked).map((box) => box.value);
  const everything = boxes.map((_, i) => i);
  const answer = (chosen) => (persons ? count : spread)(data, chosen);
  const all = answer(everything);
  const lang = document.documentElement.lang;
  // The same signs as in the pages that were delivered.
  const percent = (x) => tenths.format(x) + (lang === "ar" ? "٪\u061c" : lang === "fr" ? "\u202f%" : "\u00a0%");
  const range = ([low, high]) => (percent(low) === percent(high) ? percent(low) : fill(data.words.range, { from: percent(low), to: percent(high) }));
  const listsOf = (button) => data.choices.find(([id]) => id === button.value)[1];
  let asked = null;
  const chosenNow = () => everything.filter((i) => boxes[i].checked);
  const rows = [...board.querySelectorAll("tr[data-key]")];
  const label = (row) => row.querySelector("th").textContent.trim();
  const name = (i) => boxes[i].closest("label").textContent.trim();

  let strangers = false;
  const fromAddress = () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("lists");
    const named = wanted === null ? first : wanted.split(",").filter(Boolean);
    const here = named.filter((id) => boxes.some((box) => box.value === id));
    strangers = here.length < named.length;
    // A link that names nobody who is here chooses nothing; one that names nobody at all leaves everybody out.
    const chosen = new Set(strangers && !here.length ? first : here);
    for (const box of boxes) box.checked = chosen.has(box.value);
  };

  /** The party whose share moves most, in a sentence. */
  const sentence = (chosen, now) => {
    if (!chosen.length) return data.words.none;
    const parts = [];
    if (chosen.length < boxes.length && !rows.length) {
      const alone = chosen.length === 1;
      const lists = (alone ? chosen : everything.filter((i) => !chosen.includes(i))).map(name);
      parts.push(fill(data.words[alone ? "onlyFollow" : "follow"], { lists: together.format(lists) }));
    } else if (chosen.length < boxes.length) {
      const alone = chosen.length === 1;
      const lists = (alone ? chosen : everything.filter((i) => !chosen.includes(i))).map(name);
      // A party whose share moves says more than that fewer are attributed to nobody.
      const keys = rows.map((row) => row.dataset.key);
      const parties = keys.filter((key) => key !== "disputed" && key !== "not_stated");
      const most = effect(all, now, parties, persons, range) ?? effect(all, now, keys, persons, range);
      const how = isSilence(all, now, most?.how) ? "silent" : (most?.how ?? "same");
      const pattern = alone ? `only${how[0].toUpperCase()}${how.slice(1)}` : how;
      const row = rows.find((row) => row.dataset.key === most?.key);
      const unnamed = (answer) => numbers.format(answer.sums?.get("not_stated") ?? 0);
      const counted = persons && { n: unnamed(now), total: numbers.format(now.total), before: unnamed(all), all: numbers.format(all.total) };
      parts.push(fill(data.words[pattern], { lists: together.format(lists), party: row && label(row), from: most && range(most.was), to: most?.is && range(most.is), ...counted }));
    }
    if (persons) parts.push(fill(data.words.total[plural.select(now.total)] ?? data.words.total.other, { n: numbers.format(now.total), all: numbers.format(all.total) }));
    return parts.join(" ");
  };

  /** Totals, chart, disagreement and comparisons of the whole page. */
  const follow = (chosen) => {
    const left = everything.filter((i) => !chosen.includes(i)).map((i) => boxes[i].value);
    for (const own of document.querySelectorAll("tr[data-of], svg a[data-of]")) own.toggleAttribute("hidden", left.includes(own.dataset.of));
    for (const head of document.querySelectorAll("th[data-of]")) {
      for (const row of head.closest("table").rows) row.cells[head.cellIndex].hidden = left.includes(head.dataset.of);
    }
    const apart = (n, exact) => (exact ? numbers.format(n) : fill(data.words.asPrinted, { what: numbers.format(n) }));
    for (const line of document.querySelectorAll("[data-disagreement]")) {
      const [population, totals] = data.disagreements[line.dataset.disagreement];
      const ends = disagreement(totals, chosen);
      line.hidden = !ends;
      if (!ends) continue;
      const [low, high] = ends;
      const [lowest, highest] = [name(low[0]), name(high[0])];
      line.textContent = fill(data.words.disagree, { population, low: low[2], lowest, high: high[2], highest, difference: apart(high[1] - low[1], low[3] && high[3]) });
    }
    for (const row of document.querySelectorAll("tr[data-difference]")) {
      const found = difference(data.differences[row.dataset.difference], chosen);
      row.cells[row.cells.length - 1].textContent = found ? apart(...found) : "–";
    }
    document.documentElement.dataset.left = left.join(" ");
    document.dispatchEvent(new Event("left"));
  };

  const add = () => {
    const chosen = chosenNow();
    const now = answer(chosen);
    const longest = Math.max(1, ...(now.sums?.values() ?? []));
    for (const row of rows) {
      const share = now.shares.get(row.dataset.key);
      const bar = row.querySelector("rect");
      const out = row.querySelector("[data-share]");
      if (persons) {
        const n = now.sums.get(row.dataset.key) ?? 0;
        row.querySelector("[data-attribution]").textContent = numbers.format(n);
        out.textContent = now.total ? percent(share?.[0] ?? 0) : "–";
        bar.setAttribute("width", (100 * n) / longest);
      } else {
        out.textContent = share ? range(share) : data.words.nothing;
        bar.setAttribute("x", share ? share[0] : 0);
        bar.setAttribute("width", share ? Math.max(0.8, share[1] - share[0]) : 0);
      }
    }
    if (!persons) follow(chosen);
    const total = board.querySelector("[data-total]");
    if (total) total.textContent = numbers.format(now.total);
    for (const fact of board.querySelectorAll("[data-fact]")) fact.textContent = numbers.format(now.facts[fact.dataset.fact]);
    // Two choices can hold the same lists here: the one that was asked for stands, else the first.
    const same = buttons.filter((button) => {
      const lists = listsOf(button);
      return lists.length === chosen.length && lists.every((i) => chosen.includes(i));
    });
    const pressed = same.includes(asked) ? asked : same[0];
    for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
    told.textContent = (strangers ? `${data.words.strangers} ` : "") + sentence(chosen, now);
  };

  const keep = () => {
    strangers = false;
    const chosen = chosenNow().map((i) => boxes[i].value);
    const params = new URLSearchParams(location.hash.slice(1));
    if (chosen.join() === first.join()) params.delete("lists");
    else params.set("lists", chosen.join(","));
    const hash = params.toString().replaceAll("%2C", ",");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    add();
  };

  for (const hidden of board.querySelectorAll("fieldset[hidden], .effect[hidden], .explanation[hidden]")) hidden.hidden = false;
  for (const still of board.querySelectorAll(".still")) still.hidden = true;
  for (const box of boxes) box.addEventListener("change", keep);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const lists = listsOf(button);
      boxes.forEach((box, i) => (box.checked = lists.includes(i)));
      asked = button;
      keep();
    });
  }
  addEventListener("hashchange", () => { fromAddress(); add(); });
  fromAddress();
  add();
  // A choice that somebody shared is seen at once.
  const folded = board.closest("details");
  if (folded && new URLSearchParams(location.hash.slice(1)).has("lists")) folded.open = true;
}

export const startBoards = () => {
  for (const board of document.querySelectorAll("[data-board]")) start(board);
};
