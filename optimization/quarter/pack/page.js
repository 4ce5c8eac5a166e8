"use strict";
// The page reads without this; here tables learn to sort and filter, and the budget slider to move.

function valueOf(row, column) {
  const cell = row.cells[column];
  const text = cell.dataset.value ?? cell.textContent.trim();
  const number = Number(text);
  return text !== "" && Number.isFinite(number) ? number : text.toLowerCase();
}

function compared(one, other) {
  if (typeof one === typeof other) {
    return typeof one === "number" ? one - other : one.localeCompare(other);
  }
  return typeof one === "number" ? -1 : 1;
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => (falling ? -1 : 1) * compared(valueOf(a, column), valueOf(b, column)));
      table.tBodies[0].append(...rows);
    });
  });
}

for (const tools of document.querySelectorAll("[data-filters]")) {
  const rows = [...document.getElementById(tools.dataset.filters).tBodies[0].rows];
  const words = tools.querySelector("input");
  const choice = tools.querySelector("select");
  const said = tools.querySelector("[role=status]");
  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const kind = !choice || !choice.value || row.dataset.kind === choice.value;
      row.hidden = !(kind && row.textContent.toLowerCase().includes(wanted));
      shown += row.hidden ? 0 : 1;
    }
    said.textContent = shown + " of " + rows.length + " shown";
  };
  words.addEventListener("input", filter);
  if (choice) choice.addEventListener("change", filter);
  tools.hidden = false;
}

// What is folded away on the screen is needed on paper.
const folded = [...document.querySelectorAll("details.findings, details.notes")];
window.addEventListener("beforeprint", () => folded.forEach((each) => { each.open = true; }));
window.addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));

const slider = document.getElementById("budget");
if (slider) {
  const rows = [...document.getElementById("steps").tBodies[0].rows];
  const output = document.getElementById("budget-answer");
  const markers = [...document.querySelectorAll("[data-axis]")].map((chart) => {
    const svg = chart.querySelector("svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const [left, right, top, bottom, from, to] = chart.dataset.axis.split(" ").map(Number);
    line.setAttribute("y1", top);
    line.setAttribute("y2", bottom);
    line.setAttribute("class", "marker");
    svg.append(line);
    return (usd) => {
      const x = left + ((usd - from) / (to - from)) * (right - left);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
    };
  });
  const show = () => {
    const row = rows[slider.valueAsNumber];
    rows.forEach((each) => each.classList.toggle("chosen", each === row));
    const [cost, share, range, change] = [...row.cells].map((cell) => cell.textContent.trim());
    const names = row.dataset.funded;
    output.replaceChildren();
    const first = document.createElement("b");
    first.textContent = cost + " buys " + share + " on time";
    const lines = [first, range + " in 8 of 10 simulated futures" + (row.dataset.mark ? ". " + row.dataset.mark : "."), "Funded: " + names, "Against the step before: " + change];
    for (const line of lines) {
      const paragraph = document.createElement("p");
      paragraph.append(line);
      output.append(paragraph);
    }
    slider.setAttribute("aria-valuetext", cost + ", " + share + " on time");
    markers.forEach((move) => move(Number(row.dataset.cost)));
  };
  slider.addEventListener("input", show);
  slider.closest(".budget").hidden = false;
  show();
}
