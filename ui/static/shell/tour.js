/* Keeps the card of the tour beside what it speaks of, and a ring around that, while the page lives on. */
(() => {
  "use strict";
  const GAP = 14;
  const EVERY_MS = 200;
  let timer = 0;
  let ring = null;

  function find(selector, words) {
    if (!selector) return null;
    return [...document.querySelectorAll(selector)].find(
      (element) => element.getClientRects().length && !element.closest(".tour") && (!words || element.textContent.includes(words)),
    );
  }

  function place(card, target) {
    const { offsetWidth: width, offsetHeight: height } = card;
    let left = innerWidth - width - 24;
    let top = innerHeight - height - 24;
    const box = target?.getBoundingClientRect();
    ring.hidden = !box;
    if (box) {
      Object.assign(ring.style, {
        left: `${box.left - 4}px`, top: `${box.top - 4}px`, width: `${box.width + 8}px`, height: `${box.height + 8}px`,
      });
      const below = box.bottom + GAP + height < innerHeight;
      const above = box.top - GAP - height > 0;
      if (below || above) {
        left = Math.min(Math.max(12, box.left), innerWidth - width - 12);
        top = below ? box.bottom + GAP : box.top - GAP - height;
      }
    }
    Object.assign(card.style, { left: `${Math.max(8, left)}px`, top: `${Math.max(8, top)}px` });
  }

  window.placeTour = (selector, words, focus) => {
    clearInterval(timer);
    ring ||= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tour-ring" }));
    ring.setAttribute("aria-hidden", "true");
    const follow = () => {
      const card = document.querySelector(".tour");
      if (card) place(card, find(selector, words));
    };
    follow();
    timer = setInterval(follow, EVERY_MS);
    if (focus) setTimeout(() => document.querySelector(".tour__next")?.focus(), EVERY_MS);
  };

  window.leaveTour = () => {
    clearInterval(timer);
    if (ring) ring.hidden = true;
    document.getElementById("content")?.focus({ preventScroll: true });
  };
})();
