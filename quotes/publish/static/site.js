/* What makes the pages more comfortable where scripts run; nothing needs it. */
"use strict";
(() => {
  /* Buttons that copy a text: shown only here, because without a script they could do nothing. */
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("[role=status]");
    if (!source) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = source.textContent.trim();
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(source);
        const selection = getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        document.execCommand("copy");
      }
      status.textContent = "Copied";
      setTimeout(() => { status.textContent = ""; }, 2500);
    });
  }
  /* Facets are open on wide screens and folded on a phone, where they would push the quotes away. */
  if (matchMedia("(max-width: 46rem)").matches) {
    for (const details of document.querySelectorAll(".facets details")) {
      if (!details.querySelector(".selected")) details.open = false;
    }
  }
  /* The editor of SQL puts a field without a name in the place of its own. */
  addEventListener("load", () => {
    for (const field of document.querySelectorAll(".CodeMirror textarea")) field.setAttribute("aria-label", "SQL query");
  });
  /* A menu closes when one clicks elsewhere. */
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.nav-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
})();
