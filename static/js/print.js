/* Print the page, such as a store's poster or a receipt: [data-print], shown where printing works. */
"use strict";
(() => {
  if (typeof window.print !== "function") return;
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
