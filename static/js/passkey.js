/* Passkeys: offer them where the browser has them, and say in words when one did not work.
   The ceremony itself is allauth's own script; it reports trouble by the event "allauth.error". */
"use strict";
(() => {
  const all = (name) => document.querySelectorAll(`[${name}]`);
  const reveal = (elements) => elements.forEach((element) => { element.hidden = false; });
  if (window.PublicKeyCredential) reveal(all("data-passkey"));
  else reveal(all("data-passkey-missing"));
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    reveal(all("data-passkey-trouble"));
    const trouble = document.querySelector("[data-passkey-trouble]");
    if (trouble) trouble.scrollIntoView({ block: "center" });
  });
})();
