"use strict";
const draw = (place) => {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  const figure = JSON.parse(place.querySelector("script").textContent);
  const narrow = window.innerWidth < 600;
  figure.layout.title = undefined;
  figure.layout.height -= figure.layout.margin.t - 20;
  figure.layout.margin.t = 20;
  if (narrow) {
    figure.layout.legend = { ...figure.layout.legend, font: { size: 11 } };
    figure.layout.height += 40;
    figure.layout.dragmode = false;
  }
  Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false, showSendToCloud: false, displayModeBar: narrow ? false : "hover" });
};
const unpack = async (packed) => {
  const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
};
const shown = (root) => [...root.querySelectorAll(".picture")].filter((place) => !place.closest("details:not([open])"));
const packed = document.getElementById("plotly");
const ready = packed ? unpack(packed) : Promise.resolve();
ready.then(() => shown(document).forEach(draw), () => {
  for (const place of document.querySelectorAll(".picture")) {
    place.append("This browser is too old to draw the picture; the tables have its numbers.");
  }
});
for (const fold of document.querySelectorAll("details")) {
  fold.addEventListener("toggle", () => { if (fold.open) ready.then(() => shown(fold).forEach(draw), () => {}); });
}
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  if (!window.Plotly) return;
  for (const place of document.querySelectorAll(".picture")) {
    draw(place);
    Plotly.Plots.resize(place);
  }
});
const theme = document.querySelector(".theme");
const dark = () => document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const name = () => { theme.textContent = dark() ? theme.dataset.light : theme.dataset.dark; };
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  name();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
name();
theme.hidden = false;
for (const box of document.querySelectorAll(".search input")) {
  const rows = [...box.closest(".search").nextElementSibling.querySelectorAll("tbody tr")];
  const found = box.closest(".search").querySelector("span");
  box.addEventListener("input", () => {
    const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    found.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });
}
const sorted = (table, column, down) => {
  const key = (row) => row.cells[column].dataset.key;
  const compare = (a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === "" || right === "") return (left === "") - (right === "");
    const numbers = [Number(left), Number(right)];
    const order = numbers.some(Number.isNaN) ? left.localeCompare(right) : numbers[0] - numbers[1];
    return down ? -order : order;
  };
  for (const heading of table.tHead.rows[0].cells) heading.removeAttribute("aria-sort");
  table.tHead.rows[0].cells[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
};
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement;
    sorted(heading.closest("table"), heading.cellIndex, heading.getAttribute("aria-sort") === "ascending");
  });
}
for (const chosen of document.querySelectorAll(".search select")) {
  const table = chosen.closest(".search").nextElementSibling.querySelector("table");
  chosen.addEventListener("change", () => {
    if (chosen.value !== "") sorted(table, Number(chosen.value), table.tHead.rows[0].cells[chosen.value].classList.contains("number"));
  });
}
const cards = matchMedia("(max-width: 700px)");
const name_cells = () => {
  if (!cards.matches) return;
  for (const table of document.querySelectorAll("table")) {
    const names = [...table.tHead.rows[0].cells].map((heading) => heading.textContent);
    for (const row of table.tBodies[0].rows) for (const cell of row.cells) cell.dataset.name = names[cell.cellIndex];
  }
};
cards.addEventListener("change", name_cells);
name_cells();
