// Ages, and the way to rows that are on another page of their table. The page can be used without.
"use strict";

(() => {
  const digest = /sha256:[0-9a-f]{64}$/;

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

  // A row shows only the beginning of its digest; the rest stands in its anchor.
  function showDigests() {
    for (const row of document.querySelectorAll(".paged tbody tr[id]")) {
      row.querySelector("th code").title = row.id;
    }
  }

  // Where the link leads to an image or a layer that is not here, the server is asked for it, once.
  function findTarget() {
    const wanted = digest.exec(decodeURIComponent(location.hash));
    if (wanted === null || document.getElementById(decodeURIComponent(location.hash.slice(1)))) {
      return;
    }
    const query = new URLSearchParams();
    for (const table of ["images", "layers"]) {
      query.set(`${table}.find`, wanted[0]);
    }
    const search = `?${query}`;
    if (decodeURIComponent(location.search) !== decodeURIComponent(search)) {
      location.replace(`./${search}${location.hash}`);
    }
  }

  showDigests();
  showAges();
  setInterval(showAges, 1000);
  addEventListener("hashchange", findTarget);
  // Last, since it fails where the link's anchor is none of ours.
  findTarget();
})();
