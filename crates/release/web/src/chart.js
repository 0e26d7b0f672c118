// Makes the bar chart of a page interactive. The drawing that the page was delivered with stays when this cannot run.
import { barX, plot, ruleX, text as textMark, tip, pointerY } from "@observablehq/plot";

const read = (figure) => {
  const data = figure.querySelector("script[type='application/json']");
  return data ? JSON.parse(data.textContent) : null;
};

const number = (locale) => new Intl.NumberFormat(locale);

// Below this width labels stand above their bars, else beside them.
const NARROW = 560;

function bars(data, width, rtl, format) {
  const narrow = width < NARROW;
  const labels = narrow ? 8 : Math.min(260, Math.round(width * 0.4));
  const letters = Math.floor((narrow ? width : labels) / 6.8);
  const label = (p) => (p.label.length > letters ? `${p.label.slice(0, letters - 1)}…` : p.label);
  const point = new Map(data.points.map((p) => [p.key, p]));
  // What is printed stands at the end of its bar, with its "at least": a length alone is no number.
  const ends = Math.max(...data.points.map((p) => p.said.length)) * 7 + 14;
  // The style sheet keeps one direction for all texts of the drawing, so their side is said here.
  const side = { textAnchor: rtl ? "end" : "start", className: "said" };
  return plot({
    width,
    height: data.points.length * (narrow ? 46 : 34) + 44,
    marginLeft: rtl ? ends : labels,
    marginRight: rtl ? labels : ends,
    x: { label: null, reverse: rtl, ticks: narrow ? 3 : 4, tickFormat: format, grid: true, zero: true },
    y: { label: null, axis: narrow ? null : rtl ? "right" : "left", domain: data.points.map((p) => p.key), tickSize: 0, tickFormat: (key) => label(point.get(key)) },
    marks: [
      barX(data.points, { x: "value", y: "key", fill: "currentColor", className: "bar", href: "href", insetTop: narrow ? 20 : 5, insetBottom: 5 }),
      textMark(data.points, { x: "value", y: "key", text: "said", dx: rtl ? -6 : 6, dy: narrow ? 8 : 0, ...side }),
      ...(narrow ? [textMark(data.points, { x: 0, y: "key", text: label, dy: -13, ...side })] : []),
      ruleX([0]),
      tip(data.points, pointerY({ x: "value", y: "key", title: (p) => `${p.label}\n${p.said}` })),
    ],
  });
}

for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const data = read(figure);
  const drawn = figure.querySelector(".drawn");
  if (!data || !data.points.length || !drawn) continue;
  const rtl = document.documentElement.dir === "rtl";
  const format = (value) => number(data.locale).format(value);
  const holder = document.createElement("div");
  holder.className = "interactive";
  holder.setAttribute("aria-hidden", "true");
  const redraw = () => {
    const width = Math.max(280, Math.floor(figure.clientWidth));
    // Sources that the reader leaves out on this page (board.js).
    const left = (document.documentElement.dataset.left ?? "").split(" ");
    const points = data.points.filter((point) => !left.includes(point.of));
    if (!points.length) return holder.replaceChildren();
    const svg = bars({ ...data, points }, width, rtl, format);
    // The page's policy allows no style elements; the style sheet of the site has these rules.
    for (const style of svg.querySelectorAll("style")) style.remove();
    // Hidden from screen readers, so nothing in it takes the focus; the table beside it has the same links.
    for (const link of svg.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
    holder.replaceChildren(svg);
  };
  redraw();
  drawn.hidden = true;
  drawn.before(holder);
  new ResizeObserver(redraw).observe(figure);
  document.addEventListener("left", redraw);
}
