// Makes the bar chart of a page interactive. The drawing that the page was delivered with stays when this cannot run.
import { barX, plot, ruleX, tip, pointerY } from "@observablehq/plot";

const read = (figure) => {
  const data = figure.querySelector("script[type='application/json']");
  return data ? JSON.parse(data.textContent) : null;
};

const number = (locale) => new Intl.NumberFormat(locale);

function bars(data, width, rtl, format) {
  const labelSpace = Math.min(260, Math.round(width * 0.45));
  const letters = Math.floor(labelSpace / 6.8);
  const tickText = (d) => (d.length > letters ? `${d.slice(0, letters - 1)}…` : d);
  return plot({
    width,
    height: data.points.length * 34 + 44,
    marginLeft: rtl ? 36 : labelSpace,
    marginRight: rtl ? labelSpace : 36,
    x: { label: null, reverse: rtl, ticks: 4, tickFormat: format, grid: true, zero: true },
    y: { label: null, axis: rtl ? "right" : "left", domain: data.points.map((p) => p.key), tickSize: 0, tickFormat: (key) => tickText(data.points.find((p) => p.key === key).label) },
    marks: [
      barX(data.points, { x: "value", y: "key", fill: "currentColor", className: "bar", href: "href", insetTop: 5, insetBottom: 5 }),
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
    const svg = bars(data, width, rtl, format);
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
}
