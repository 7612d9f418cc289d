/* Show a choice of size or contrast on the whole page at once; saving is the form's own work. */
"use strict";
(() => {
  const root = document.documentElement;
  const show = (group) => {
    const chosen = group.querySelector("input:checked");
    if (chosen) root.dataset[group.dataset.preview] = chosen.value;
  };
  document.querySelectorAll("[data-preview]").forEach((group) => {
    group.addEventListener("change", () => {
      const chosen = group.querySelector("input:checked");
      const before = chosen ? chosen.getBoundingClientRect().top : 0;
      show(group);
      // Everything above has another height now: the tapped choice stays under the finger.
      if (chosen) window.scrollBy(0, chosen.getBoundingClientRect().top - before);
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-preview]").forEach(show);
  });
})();
