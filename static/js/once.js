/* Send each form once: a second tap while the answer is on its way does nothing. The button keeps
   its name and value (it is never disabled) and wakes up again when the reader comes back, when the
   answer was a fragment, or after a while: the server makes a repeated sending harmless. */
"use strict";
(() => {
  const WAKE_AFTER_MILLISECONDS = 15000;
  const sent = new Map();

  const wake = (form) => {
    const entry = sent.get(form);
    if (!entry) return;
    sent.delete(form);
    clearTimeout(entry.timer);
    if (entry.button) {
      entry.button.removeAttribute("aria-busy");
      entry.button.removeAttribute("aria-disabled");
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.defaultPrevented) return;
    const button = event.submitter;
    sent.set(form, { button, timer: setTimeout(() => wake(form), WAKE_AFTER_MILLISECONDS) });
    if (button) {
      button.setAttribute("aria-busy", "true");
      button.setAttribute("aria-disabled", "true");
    }
  }, true);

  window.addEventListener("pageshow", () => [...sent.keys()].forEach(wake));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest ? event.target.closest("form") : null;
    if (form) wake(form);
  });
})();
