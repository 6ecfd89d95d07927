/* One key a verdict. Without this the buttons do the same. Keys can be switched off, and do nothing while one types, while a key is
   held down, or in the first moment of a quote: a second stroke meant for the last one must not judge the next. */
"use strict";
(() => {
  const SETTLED_MS = 250;
  const STORED = "quotes-review-keys";
  const keys = document.getElementById("keys");
  const place = document.getElementById("case");
  let settled = false;
  let sent = false;
  keys.parentElement.hidden = false;
  try {
    keys.checked = localStorage.getItem(STORED) !== "off";
  } catch { /* a browser that keeps nothing */ }
  keys.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, keys.checked ? "on" : "off");
    } catch { /* as above */ }
  });
  if (place) place.focus({ preventScroll: true });
  setTimeout(() => {
    settled = true;
    document.documentElement.dataset.settled = "yes";
  }, SETTLED_MS);
  /* A page that comes back from the browser's memory was judged already: ask for the next quote. */
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  for (const form of document.querySelectorAll("#verdicts, #undo")) {
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || !settled || sent || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
