// Forms for what an app asks a person: may a tool run, a credential, an input, a late result.

import { h } from "./dom.js";
import { called, json } from "./format.js";
import { REQUESTS } from "./log.js";

// `answer(call, response, event)` sends the response.
export function requestForm({ call, event }, answer) {
  const send = (response) => answer(call, response, event);
  const args = call.args ?? {};
  if (call.name === REQUESTS.confirmation) return confirmation(args, send);
  if (call.name === REQUESTS.credential) return credential(args, send);
  if (call.name === REQUESTS.input) return input(args, send);
  return result(call, send);
}

function confirmation(args, send) {
  const wanted = args.toolConfirmation ?? {};
  const call = args.originalFunctionCall ?? {};
  const payload =
    wanted.payload === undefined || wanted.payload === null
      ? null
      : jsonField("Payload", wanted.payload);
  const decide = (confirmed) => {
    const value = payload ? payload.read() : null;
    if (value !== undefined) send({ confirmed, payload: value });
  };
  return card(
    "May this tool run?",
    wanted.hint,
    details(called(call), call.args ?? {}),
    payload?.element,
    h(
      "div",
      { class: "row" },
      h("button", { type: "submit", class: "primary" }, "Approve"),
      h("button", { type: "button", class: "danger", onclick: () => decide(false) }, "Reject"),
    ),
    () => decide(true),
  );
}

function credential(args, send) {
  const config = args.authConfig ?? args.auth_config ?? {};
  const asked = config.exchangedAuthCredential ?? config.rawAuthCredential ?? {};
  const address = asked.oauth2?.authUri;
  if (address?.startsWith("https://") || address?.startsWith("http://"))
    return signIn(config, asked, address, send);
  const key = h("input", { type: "password", autocomplete: "off", required: true });
  return card(
    "A tool needs a credential",
    `Of the kind ${config.authScheme?.type ?? asked.authType ?? "unknown"}. It goes to this server and is not shown again.`,
    h("label", {}, "Key or token", key),
    submit("Use it"),
    () => send({ result: key.value }),
  );
}

function signIn(config, asked, address, send) {
  const came = h("input", { type: "url", required: true, placeholder: "https://…?code=…&state=…" });
  return card(
    "A tool needs you to sign in",
    "Sign in, then paste the address that you were sent back to.",
    h(
      "a",
      { href: address, target: "_blank", rel: "noopener noreferrer", class: "button" },
      "Sign in",
    ),
    h("label", {}, "Address after signing in", came),
    submit("Continue"),
    () => {
      const oauth2 = {
        ...asked.oauth2,
        authResponseUri: came.value,
        redirectUri: came.value.split("?")[0],
      };
      send({ ...config, exchangedAuthCredential: { ...asked, oauth2 } });
    },
  );
}

function input(args, send) {
  const schema = args.responseSchema ?? args.response_schema;
  const shown =
    args.payload === null || args.payload === undefined ? null : details("Payload", args.payload);
  if (schema?.type === "boolean") {
    const choice = (label, value) =>
      h("button", { type: "button", onclick: () => send({ result: value }) }, label);
    return card(
      args.message ?? "The app asks",
      "",
      shown,
      h("div", { class: "row" }, choice("Yes", true), choice("No", false)),
    );
  }
  if (schema && schema.type !== "string") {
    const field = jsonField("Answer, as JSON", example(schema));
    const read = () => field.read() !== undefined && send({ result: field.read() });
    return card(
      args.message ?? "The app asks",
      "",
      shown,
      details("What fits", schema),
      field.element,
      submit("Answer"),
      read,
    );
  }
  const text = h("input", { autocomplete: "off", required: true });
  return card(
    args.message ?? "The app asks",
    "",
    shown,
    h("label", {}, "Answer", text),
    submit("Answer"),
    () => send({ result: text.value }),
  );
}

function result(call, send) {
  const field = jsonField("Result, as JSON", { result: "" });
  const read = () => {
    const value = field.read();
    if (value !== undefined)
      send(
        value !== null && typeof value === "object" && !Array.isArray(value)
          ? value
          : { result: value },
      );
  };
  return card(
    "A tool takes longer",
    "Give its result when there is one.",
    details(called(call), call.args ?? {}),
    field.element,
    submit("Send the result"),
    read,
  );
}

function card(title, hint, ...content) {
  const onsubmit = typeof content.at(-1) === "function" ? content.pop() : () => {};
  return h(
    "form",
    {
      class: "request",
      onsubmit: (event) => {
        event.preventDefault();
        onsubmit();
      },
    },
    h("p", { class: "request-title" }, title),
    hint && h("p", {}, hint),
    content,
  );
}

const submit = (label) =>
  h("div", { class: "row" }, h("button", { type: "submit", class: "primary" }, label));

const details = (label, value) => h("details", {}, h("summary", {}, label), json(value));

// A field whose text must be JSON; `read` returns undefined, and says so, when it is not.
function jsonField(label, value) {
  const field = h("textarea", {
    rows: 3,
    spellcheck: "false",
    class: "code",
    value: JSON.stringify(value, null, 2),
  });
  field.addEventListener("input", () => field.setCustomValidity(""));
  return {
    element: h("label", {}, label, field),
    read() {
      try {
        return JSON.parse(field.value);
      } catch (error) {
        field.setCustomValidity(`This is not JSON: ${error.message}`);
        field.reportValidity();
        return undefined;
      }
    },
  };
}

function example(schema) {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.type === "object") {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, below]) => [key, example(below)]),
    );
  }
  return { array: [], number: 0, integer: 0, boolean: false, null: null }[schema.type] ?? "";
}
