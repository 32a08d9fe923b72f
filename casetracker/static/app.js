// Small comforts; every page works without them.
(function () {
  "use strict";

  // What was refused is read out and seen first.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // A link to a field puts the cursor into it.
  document.addEventListener("click", function (event) {
    const link = event.target.closest(".error-summary a[href^='#']");
    if (!link) return;
    const field = document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });

  // Acts that cannot be undone are asked about once more; a form is sent once only.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      window.setTimeout(function () { delete form.dataset.sent; }, 5000); // the answer may be a download
      changed.delete(form);
    }
  });

  // Leaving a page with something typed and not sent asks first.
  const changed = new Set();
  document.addEventListener("input", function (event) {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed.size) event.preventDefault();
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // How much room is left in a long text.
  document.querySelectorAll("textarea[data-max]").forEach(function (area) {
    const left = document.createElement("p");
    left.className = "hint";
    const show = function () {
      const room = Number(area.dataset.max) - area.value.length;
      left.textContent = room < 200 ? String(room) : "";
    };
    area.after(left);
    area.addEventListener("input", show);
    show();
  });

  // What goes on by itself is asked about until it has ended; without this script the page asks for itself anew.
  const part = document.querySelector("[data-goes-on]");
  const askAgain = function () {
    window.setTimeout(function () {
      window.fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
        const done = answer.ok && answer.headers.get("X-Progress");
        if (!done) return window.location.reload();
        part.querySelector("progress").value = Number(done);
        part.querySelector("[data-done]").textContent = done;
        if (done === part.querySelector("progress").getAttribute("max") && !part.dataset.full) {
          return window.location.reload();
        }
        askAgain();
      }, askAgain);
    }, Number(part.dataset.goesOn) * 1000);
  };
  if (part) askAgain();

  // Tables that turn into cards stay tables for who cannot see them.
  document.querySelectorAll("table.stack").forEach(function (table) {
    table.setAttribute("role", "table");
    table.querySelectorAll("thead, tbody").forEach(function (part) { part.setAttribute("role", "rowgroup"); });
    table.querySelectorAll("tr").forEach(function (row) { row.setAttribute("role", "row"); });
    table.querySelectorAll("td").forEach(function (cell) { cell.setAttribute("role", "cell"); });
    table.querySelectorAll("th[scope=row]").forEach(function (cell) { cell.setAttribute("role", "rowheader"); });
    table.querySelectorAll("th[scope=col]").forEach(function (cell) { cell.setAttribute("role", "columnheader"); });
  });
})();
