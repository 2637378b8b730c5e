"use strict";
for (const place of document.querySelectorAll(".picture")) {
  const figure = JSON.parse(place.querySelector("script").textContent);
  const narrow = window.innerWidth < 600;
  if (narrow) {
    figure.layout.title = { ...figure.layout.title, font: { size: 14 } };
    figure.layout.legend = { ...figure.layout.legend, font: { size: 11 } };
    figure.layout.height += 40;
    figure.layout.dragmode = false;
  }
  Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false, showSendToCloud: false, displayModeBar: narrow ? false : "hover" });
}
window.addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll(".picture")) Plotly.Plots.resize(place);
});
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
