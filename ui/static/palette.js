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

  window.movePalette = (event) => {
    const rows = [...document.querySelectorAll(".pal [role=option]")];
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (event.isComposing || !rows.length) return;
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
