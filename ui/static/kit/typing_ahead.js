/* A key that opens a field is often followed faster than the field can come: what is typed meanwhile is the field's. */
(() => {
  "use strict";
  const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"];

  function giveTo(field, keys) {
    field.focus();
    const end = keys.indexOf("Enter");
    const text = keys.slice(0, end < 0 ? keys.length : end).filter((key) => key.length === 1).join("");
    field.select(); // as if it was typed over what the field began with
    if (text) document.execCommand("insertText", false, text);
    // In the next frame: the field tells its text only once it was drawn.
    if (end >= 0) requestAnimationFrame(() => press(field, "Enter"));
  }

  function press(target, key) {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }

  /* Until a field that `selector` finds is there, what is typed waits for it; after `most` milliseconds without one the page
     beneath gets it, where `back` says so. */
  window.typeAhead = (selector, most, back) => {
    const until = Date.now() + most;
    const keys = [];
    const caught = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || MODIFIERS.includes(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      keys.push(event.key);
    };
    const look = () => {
      const field = document.querySelector(selector);
      // A dialog gives its field the focus once it has come; who has typed already does not wait for that.
      const coming = !field || (document.activeElement !== field && !keys.length);
      if (coming && Date.now() < until) return requestAnimationFrame(look);
      document.removeEventListener("keydown", caught, true);
      if (field) giveTo(field, keys);
      else if (back) keys.forEach((key) => press(document.activeElement || document.body, key));
    };
    document.addEventListener("keydown", caught, true);
    look();
  };
})();
