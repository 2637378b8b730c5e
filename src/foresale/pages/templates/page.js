"use strict";
const draw = (place) => {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  const figure = JSON.parse(place.querySelector("script").textContent);
  const narrow = window.innerWidth < 600;
  if (narrow) {
    figure.layout.title = { ...figure.layout.title, font: { size: 14 } };
    figure.layout.legend = { ...figure.layout.legend, font: { size: 11 } };
    figure.layout.height += 40;
    figure.layout.dragmode = false;
  }
  Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false, showSendToCloud: false, displayModeBar: narrow ? false : "hover" });
};
for (const place of document.querySelectorAll(".picture")) {
  if (!place.closest("details:not([open])")) draw(place);
}
for (const fold of document.querySelectorAll("details")) {
  fold.addEventListener("toggle", () => {
    if (!fold.open) return;
    for (const place of fold.querySelectorAll(".picture")) {
      if (!place.closest("details:not([open])")) draw(place);
    }
  });
}
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
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
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement;
    const column = heading.cellIndex;
    const table = heading.closest("table");
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.key;
    const compare = (a, b) => {
      const [left, right] = [key(a), key(b)];
      if (left === "" || right === "") return (left === "") - (right === "");
      const numbers = [Number(left), Number(right)];
      const order = numbers.some(Number.isNaN) ? left.localeCompare(right) : numbers[0] - numbers[1];
      return down ? -order : order;
    };
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort(compare));
  });
}
