/* The search over everything: the key that opens it, and the highlight that the arrows move. */
(() => {
  "use strict";
  const LONGEST_WAIT_MS = 2000;

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    const opener = document.querySelector("[data-palette]");
    if (!opener) return;
    event.preventDefault();
    if (document.querySelector(".q-dialog")) return;
    opener.click();
    window.typeAhead(".pal input", LONGEST_WAIT_MS, false);
  });

  const found = () => [...document.querySelectorAll(".pal [role=option]")];

  /* What is found for an earlier text is not what was asked for: the first of what comes is. */
  function goOnceFound(field, until) {
    const list = document.querySelector(".pal__list");
    if (!list || Date.now() > until) return;
    if (list.dataset.for === field.value) return found()[0]?.click();
    setTimeout(goOnceFound, 20, field, until);
  }

  window.movePalette = (event) => {
    const rows = found();
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (event.isComposing) return;
    if (event.key === "Enter" && document.querySelector(".pal__list")?.dataset.for !== event.target.value) {
      event.preventDefault();
      return goOnceFound(event.target, Date.now() + LONGEST_WAIT_MS);
    }
    if (!rows.length) return;
    if (event.key === "Enter") {
      event.preventDefault();
      rows[Math.max(at, 0)].click();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (at + step + rows.length) % rows.length;
    rows[at]?.setAttribute("aria-selected", "false");
    rows[next].setAttribute("aria-selected", "true");
    rows[next].scrollIntoView({ block: "nearest" });
    event.target.setAttribute("aria-activedescendant", rows[next].id);
  };
})();
