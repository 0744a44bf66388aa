// Questions to the person at the page.

import { h } from "./dom.js";

// Shows a form over the page; resolves to the answer of `read`, or to null when it is dismissed.
function ask({
  title,
  text,
  fields = [],
  action,
  danger = false,
  dismissable = true,
  cancels = dismissable,
  read,
}) {
  return new Promise((resolve) => {
    const cancel =
      cancels && h("button", { type: "button", onclick: () => finish(null) }, "Cancel");
    const form = h(
      "form",
      { class: "dialog-form" },
      h("h2", { id: "dialog-title" }, title),
      text && h("p", {}, text),
      fields,
      h(
        "div",
        { class: "row end" },
        cancel,
        h("button", { type: "submit", class: danger ? "danger" : "primary" }, action),
      ),
    );
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);
    const finish = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      finish(read(form));
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (dismissable) finish(null);
    });
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("input")?.select();
  });
}

export const confirm = (title, text, action) =>
  ask({ title, text, action, danger: true, read: () => true });

export const askForText = (title, label, value) =>
  ask({
    title,
    action: "Save",
    fields: [
      h("label", {}, label, h("input", { name: "answer", value, maxlength: 200, required: true })),
    ],
    read: (form) => form.answer.value.trim(),
  });

export const askForToken = (refused) =>
  ask({
    title: "This server needs a token",
    text: refused
      ? "The token was refused. It is kept until this tab is closed."
      : "It is one of server.auth.bearer, and is kept until this tab is closed.",
    action: "Continue",
    dismissable: false,
    fields: [
      h(
        "label",
        {},
        "Token",
        h("input", { name: "token", type: "password", required: true, autocomplete: "off" }),
      ),
    ],
    read: (form) => form.token.value.trim(),
  });

const SHORTCUTS = [
  [["Enter"], "send the message"],
  [["Ctrl", "Enter"], "send it, from anywhere in the form"],
  [["Shift", "Enter"], "new line"],
  [["Esc"], "stop the answer"],
  [["/"], "write a message"],
  [["n"], "new session"],
  [["1"], "to", ["6"], "events, state, artifacts, graph, config, problems"],
  [["↑"], "and", ["↓"], "from event to event; Enter opens one"],
  [["t"], "dark or light"],
  [["?"], "this list"],
];

export const showShortcuts = () =>
  ask({
    title: "Keyboard shortcuts",
    action: "Close",
    cancels: false,
    fields: [
      h(
        "dl",
        { class: "shortcuts" },
        SHORTCUTS.map((line) => [
          h(
            "dt",
            {},
            line
              .slice(0, -1)
              .map((part) =>
                Array.isArray(part) ? part.map((key) => h("kbd", {}, key)) : ` ${part} `,
              ),
          ),
          h("dd", {}, line.at(-1)),
        ]),
      ),
    ],
    read: () => null,
  });
