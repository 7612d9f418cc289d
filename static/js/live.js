/* Keep parts that refresh themselves honest: say when the connection is lost, and open the whole
   page again when the answer is another page (signed out in the meantime) instead of the part. */
"use strict";
(() => {
  const hint = (event) => {
    const frame = event.target.closest("[data-live]");
    return frame && frame.querySelector("[data-live-trouble]");
  };
  const lost = (event) => { const line = hint(event); if (line) line.hidden = false; };

  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:responseError", lost);
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!event.target.closest("[data-live]")) return;
    const asked = new URL(event.detail.pathInfo.requestPath, location.href).pathname;
    const answered = event.detail.xhr.responseURL;
    if (answered && new URL(answered).pathname !== asked) {
      event.preventDefault();
      location.reload();
      return;
    }
    const line = hint(event);
    if (line && event.detail.xhr.status < 400) line.hidden = true;
  });
})();
