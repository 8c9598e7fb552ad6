// Sorting, filtering and ages. The page can be read without.
"use strict";

(() => {
  const number = new Intl.NumberFormat("en");

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // What a cell is sorted by: its value, or else its text.
  function key(row, column) {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
  }

  function compare(a, b) {
    return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
  }

  function makeSortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      const button = element("button", { type: "button" }, ...head.childNodes);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const first = head.classList.contains("n") ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = head.getAttribute("aria-sort") === first ? other : first;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const rows = [...body.rows].map((row) => [key(row, column), row]);
        rows.sort((a, b) => sign * compare(a[0], b[0]));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  // A row matches if it has every word, in what it shows or in its full digest.
  function makeFilterable(table) {
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) =>
      `${[...row.cells].map((cell) => cell.textContent).join(" ")} ${row.id}`.toLowerCase());
    const what = table.dataset.rows;
    const count = element("output", {});
    const input = element("input", { type: "search", placeholder: `Filter ${what}` });
    input.setAttribute("aria-label", `Filter ${what} by name, digest or state`);
    function show() {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      count.value = `${number.format(shown)} of ${number.format(rows.length)}`;
    }
    input.addEventListener("input", show);
    show();
    table.before(element("div", { className: "filter" }, input, count));
    return () => {
      input.value = "";
      show();
    };
  }

  // A row shows only the beginning of its digest; the rest stands in its anchor.
  function showDigests(table) {
    for (const row of table.tBodies[0].rows) {
      row.querySelector("th code").title = row.id;
    }
  }

  function age(seconds) {
    const steps = [["s", 60], ["min", 60], ["h", 24], ["d", Infinity]];
    let value = Math.max(0, seconds);
    for (const [unit, size] of steps) {
      if (value < size) {
        return `${Math.floor(value)} ${unit} ago`;
      }
      value /= size;
    }
    return "";
  }

  function showAges() {
    for (const time of document.querySelectorAll("time")) {
      time.title = time.dateTime;
      time.textContent = age((Date.now() - Date.parse(time.dateTime)) / 1000);
    }
  }

  const resets = [];
  for (const table of document.querySelectorAll("table.sortable")) {
    makeSortable(table);
    showDigests(table);
    resets.push(makeFilterable(table));
  }
  // A row that a filter hides is shown again when a link leads to it.
  addEventListener("hashchange", () => {
    const target = document.querySelector(":target");
    if (target?.hidden) {
      resets.forEach((reset) => reset());
      target.scrollIntoView();
    }
  });
  showAges();
  setInterval(showAges, 1000);
})();
