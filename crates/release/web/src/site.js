// Choosing lists on the page of counts: re-adds the numbers from the table of inclusion patterns that the page carries.
// Nothing is sent anywhere; the choice is kept in the address after the `#`.

function start(board) {
  const data = JSON.parse(board.querySelector("script[type='application/json']").textContent);
  const boxes = [...board.querySelectorAll("input[type=checkbox]")];
  const format = new Intl.NumberFormat(data.locale);

  const fromHash = () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("lists");
    if (wanted === null) return;
    const chosen = new Set(wanted.split(",").filter(Boolean));
    for (const box of boxes) box.checked = chosen.has(box.value);
  };

  const add = () => {
    let mask = 0n;
    for (const box of boxes) if (box.checked) mask |= 1n << BigInt(data.lists.indexOf(box.value));
    const sums = new Map();
    let total = 0;
    for (const cell of data.cells) {
      if ((BigInt(cell.pattern) & mask) === 0n) continue;
      total += cell.n;
      sums.set(cell.attribution, (sums.get(cell.attribution) ?? 0) + cell.n);
    }
    for (const out of board.querySelectorAll("[data-attribution]")) out.textContent = format.format(sums.get(out.dataset.attribution) ?? 0);
    board.querySelector("[data-total]").textContent = format.format(total);
  };

  const choose = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    const params = new URLSearchParams(location.hash.slice(1));
    if (chosen.length === boxes.length) params.delete("lists");
    else params.set("lists", chosen.join(","));
    history.replaceState(null, "", `#${params}`.replace(/^#$/, location.pathname + location.search));
    add();
  };

  board.hidden = false;
  for (const box of boxes) box.addEventListener("change", choose);
  addEventListener("hashchange", () => { fromHash(); add(); });
  fromHash();
  add();
}

for (const board of document.querySelectorAll("[data-lists-board]")) start(board);

// The language switch stays at the same place of the page.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => { link.hash = location.hash; });
}
