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
  /* Choosing words in an article's text, with the mouse or the keyboard: where they stand is counted in code points of the
     text that is shown, which is the article's and nothing else. Without a script they are written. */
  for (const form of document.querySelectorAll("form[data-choose]")) {
    const text = form.querySelector(".choose");
    const [spans, selected, written] = ["spans", "selected", "words"].map((name) => form.elements[name]);
    const chosen = form.querySelector(".chosen");
    const shown = chosen.querySelector("output");
    const length = (words) => [...words].length;
    let kept = [];
    let current = null;
    const pieces = () => [...kept, ...(current ? [current] : [])].sort((a, b) => a.start - b.start)
      .filter((piece, i, all) => !i || piece.start >= all[i - 1].end);
    const show = () => {
      const now = pieces();
      shown.textContent = now.length ? `“${now.map((piece) => piece.words).join(" [...] ")}”` : "nothing yet";
      spans.disabled = selected.disabled = !now.length;
      spans.value = now.map((piece) => `${piece.start}-${piece.end}`).join(",");
      selected.value = JSON.stringify(now.map((piece) => piece.words));
    };
    const read = () => {
      const selection = getSelection();
      if (!selection.rangeCount || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return;
      const range = selection.getRangeAt(0);
      const before = document.createRange();
      before.setStart(text, 0);
      before.setEnd(range.startContainer, range.startOffset);
      const words = range.toString();
      const start = length(before.toString());
      current = words.trim() ? { start, end: start + length(words), words } : null;
      show();
    };
    /* Editable, so that there is a caret to move and to select with; but nothing can be edited. */
    text.contentEditable = "true";
    text.spellcheck = false;
    text.inputMode = "none";
    for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-readonly", "true"]]) {
      text.setAttribute(name, value);
    }
    for (const name of ["beforeinput", "paste", "cut", "drop", "dragstart"]) {
      text.addEventListener(name, (event) => event.preventDefault());
    }
    /* With the keyboard one arrives at what the quote has now; a browser sets its own caret after the event. */
    let pressed = false;
    text.addEventListener("pointerdown", () => { pressed = true; });
    document.addEventListener("pointerup", () => { pressed = false; });
    text.addEventListener("focus", () => setTimeout(() => {
      const mark = text.querySelector("mark");
      if (mark && !pressed && getSelection().isCollapsed) getSelection().collapse(mark, 0);
    }, 0));
    document.addEventListener("selectionchange", read);
    chosen.addEventListener("click", (event) => {
      const what = event.target.dataset.do;
      if (!what) return;
      kept = what === "add" ? pieces() : [];
      current = null;
      getSelection().removeAllRanges();
      show();
      text.focus();
    });
    chosen.hidden = false;
    written.disabled = true;
    written.parentElement.hidden = true;
    const mark = text.querySelector("mark");
    if (mark) text.scrollTop = Math.max(0, mark.offsetTop - text.offsetTop - 60);
    form.addEventListener("submit", (event) => {
      if (pieces().length) return;
      event.preventDefault();
      shown.textContent = "nothing yet: select words in the text first";
      text.focus();
    });
  }
  document.getElementById("said")?.focus();
})();
