// Makes or uses a passkey: asks the browser what the page says, and sends its answer with the page's own form.
(function () {
  "use strict";

  const decode = function (text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  };
  const encode = function (buffer) {
    const plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withIds = function (list) {
    return (list || []).map(function (each) { return Object.assign({}, each, { id: decode(each.id) }); });
  };

  const make = function (question) {
    question.challenge = decode(question.challenge);
    question.user.id = decode(question.user.id);
    question.excludeCredentials = withIds(question.excludeCredentials);
    return navigator.credentials.create({ publicKey: question }).then(function (made) {
      return {
        id: made.id, rawId: encode(made.rawId), type: made.type,
        response: {
          clientDataJSON: encode(made.response.clientDataJSON),
          attestationObject: encode(made.response.attestationObject),
        },
      };
    });
  };
  const use = function (question) {
    question.challenge = decode(question.challenge);
    question.allowCredentials = withIds(question.allowCredentials);
    return navigator.credentials.get({ publicKey: question }).then(function (used) {
      const owner = used.response.userHandle;
      return {
        id: used.id, rawId: encode(used.rawId), type: used.type,
        response: {
          clientDataJSON: encode(used.response.clientDataJSON),
          authenticatorData: encode(used.response.authenticatorData),
          signature: encode(used.response.signature),
          userHandle: owner ? encode(owner) : null,
        },
      };
    });
  };

  document.querySelectorAll("[data-passkey]").forEach(function (box) {
    if (!window.PublicKeyCredential || !window.isSecureContext) return;
    const button = box.querySelector("button");
    const failed = box.querySelector("[data-failed]");
    const form = document.getElementById(box.dataset.form);
    box.hidden = false;
    document.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });
    document.querySelectorAll("[data-without-script]").forEach(function (note) { note.hidden = true; });
    button.addEventListener("click", function () {
      if (box.dataset.passkey === "make" && !form.reportValidity()) return;
      failed.hidden = true;
      const act = box.dataset.passkey === "make" ? make : use;
      act(JSON.parse(box.dataset.question)).then(function (answer) {
        form.elements[box.dataset.answer].value = JSON.stringify(answer);
        if (box.dataset.asked) form.elements[box.dataset.askedName].value = box.dataset.asked;
        form.noValidate = true;
        form.requestSubmit();
      }).catch(function () {
        failed.hidden = false;
        failed.focus();
      });
    });
  });

  // Printing is a button where there is a script; without one the browser's own menu does it.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim()).then(function () {
        button.textContent = button.dataset.done;
      });
    });
  });
})();
