/* Nothing typed is lost (spec, promise of the screens): what stands in a marked field outlives a reload of its page.

   A field with `data-kept="name"` is remembered in this tab, under person, path and name, while it is typed in. When a page that
   was loaded anew shows a field of that name again, it gets its text back. A field that goes while the page stays was saved or
   discarded: its text is forgotten. `data-kept-with` is remembered beside the text; an element with `data-kept-asks="name"`
   hears it as the event `kept`, to open again what held the field. Passwords are never remembered. */
(() => {
  "use strict";
  const PREFIX = "kept:";
  const MOST = 64;
  const SETTLING_MS = 120;
  let visitor = "";
  const fields = new Map();
  const asked = new WeakSet();

  const own = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  const keyOf = (name) => `${PREFIX}${visitor}:${location.pathname}:${name}`;

  function read(key) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key));
      return kept && typeof kept.text === "string" ? kept : null;
    } catch {
      return null;
    }
  }

  function remember(field) {
    const known = fields.get(field);
    if (!known || !known.touched || known.waits) return;
    if (field.value === known.base) return sessionStorage.removeItem(known.key);
    try {
      if (own().length < MOST || sessionStorage.getItem(known.key)) {
        sessionStorage.setItem(known.key, JSON.stringify({ text: field.value, with: field.dataset.keptWith || "" }));
      }
    } catch {
      // A full store keeps no more; what is typed is on the screen all the same.
    }
  }

  /* Not at once: what the server said while it built the page is still on its way, and would be put over it. */
  function giveBackSoon(field, known) {
    setTimeout(() => {
      if (!fields.has(field) || !known.waits) return;
      if (!window.did_handshake || !known.greeted) {
        known.greeted = window.did_handshake;
        return giveBackSoon(field, known);
      }
      Object.assign(known, { waits: false, touched: true, base: field.value });
      giveBack(field, read(known.key));
    }, SETTLING_MS);
  }

  function giveBack(field, kept) {
    if (!kept || kept.text === field.value || field.readOnly || field.disabled) return;
    const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, kept.text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new CustomEvent("back")); // the form says that it is not saved
  }

  function appeared(field) {
    if (field.type === "password") return;
    const key = keyOf(field.dataset.kept);
    const known = { key, base: field.value, touched: false, waits: Boolean(read(key)), greeted: false };
    fields.set(field, known);
    if (known.waits) giveBackSoon(field, known);
  }

  function look() {
    const here = new Set(document.querySelectorAll("input[data-kept], textarea[data-kept]"));
    const gone = [...fields].filter(([field]) => !here.has(field));
    gone.forEach(([field]) => fields.delete(field));
    here.forEach((field) => fields.has(field) || appeared(field));
    const shown = new Set([...fields.values()].map((known) => known.key));
    gone.forEach(([, known]) => shown.has(known.key) || sessionStorage.removeItem(known.key));
    document.querySelectorAll("[data-kept-asks]").forEach(ask);
  }

  function ask(element) {
    if (asked.has(element)) return;
    asked.add(element);
    const kept = read(keyOf(element.dataset.keptAsks));
    if (kept && kept.with) element.dispatchEvent(new CustomEvent("kept", { detail: kept.with }));
  }

  /* What these fields hold is what they began with from now on: it was saved, or taken back. */
  window.settleKept = (prefix) => setTimeout(() => { // not at once: the new values come with it
    fields.forEach((known, field) => {
      if (!field.dataset.kept.startsWith(prefix)) return;
      Object.assign(known, { base: field.value, touched: false });
      sessionStorage.removeItem(known.key);
    });
  }, 100);

  /* What to do and say while the server is away. NiceGUI's own box, which its scripts open and close, stays hidden. */
  function watchConnection() {
    const popup = document.getElementById("popup");
    const banner = document.querySelector("[data-offline]");
    if (!popup || !banner) return;
    const show = () => {
      const away = popup.getAttribute("aria-hidden") === "false";
      banner.classList.toggle("offline--away", away);
      banner.textContent = away ? banner.dataset.offline : "";
    };
    new MutationObserver(show).observe(popup, { attributes: true });
    show();
  }

  function begin() {
    visitor = document.querySelector('meta[name="visitor"]')?.content || "";
    own().forEach((key) => key.startsWith(`${PREFIX}${visitor}:`) || sessionStorage.removeItem(key));
    document.addEventListener("focusin", ({ target }) => {
      if (fields.has(target)) fields.get(target).touched = true;
    });
    document.addEventListener("input", ({ target }) => {
      if (fields.has(target)) fields.get(target).waits = false; // who types again does not get the old text over it
      remember(target);
    });
    document.addEventListener("submit", ({ target }) => {
      if (target.getAttribute("action") !== "/logout") return;
      fields.clear(); // who signs out leaves nothing behind
      own().forEach((key) => sessionStorage.removeItem(key));
    });
    addEventListener("pagehide", () => fields.forEach((_, field) => remember(field)));
    let watching = false;
    new MutationObserver(() => {
      look();
      if (!watching && document.querySelector("[data-offline]")) {
        watching = true;
        watchConnection();
      }
    }).observe(document.body, { childList: true, subtree: true });
    look();
  }

  document.readyState === "loading" ? addEventListener("DOMContentLoaded", begin) : begin();
})();
