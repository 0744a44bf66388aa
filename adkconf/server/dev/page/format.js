// Values as text and elements.

import { h } from "./dom.js";

const LONGEST = 20000;
const TOKENS =
  /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

// JSON with colours; what is very long is cut until it is asked for.
export function json(value) {
  const text = JSON.stringify(value, null, 2) ?? "undefined";
  const block = h("pre", { class: "json", tabindex: 0 });
  const show = (shown) => block.replaceChildren(...coloured(shown));
  show(text.slice(0, LONGEST));
  if (text.length > LONGEST) {
    const more = h(
      "button",
      { type: "button", class: "small", onclick: () => (show(text), more.remove()) },
      `Show all ${count(text.length)} characters`,
    );
    return h("div", {}, block, more);
  }
  return block;
}

function coloured(text) {
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    const [all, string, colon, word] = found;
    pieces.push(text.slice(at, found.index));
    const kind = colon ? "key" : string ? "string" : word ? "word" : "number";
    pieces.push(h("span", { class: `j-${kind}` }, all));
    at = found.index + all.length;
  }
  return [...pieces, text.slice(at)];
}

export const oneLine = (value, longest = 80) => cut(JSON.stringify(value) ?? "", longest);

export const cut = (text, longest) =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;

// What a call was called with, as one would write it.
export const called = (call) =>
  `${call.name}(${cut(
    Object.entries(call.args ?? {})
      .map(([key, value]) => `${key}: ${oneLine(value, 40)}`)
      .join(", "),
    80,
  )})`;

const numbers = new Intl.NumberFormat("en");
const times = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const dates = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

export const count = (number) => numbers.format(number);

export function seconds(value) {
  if (!Number.isFinite(value)) return "";
  if (value < 0.9995) return `${Math.max(0, Math.round(value * 1000))} ms`;
  if (value < 60) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

export const clock = (timestamp) => times.format(timestamp * 1000);

export function ago(timestamp) {
  const passed = Date.now() / 1000 - timestamp;
  if (passed < 60) return "now";
  if (passed < 3600) return `${Math.floor(passed / 60)} min`;
  if (passed < 86400) return `${Math.floor(passed / 3600)} h`;
  return dates.format(timestamp * 1000);
}

// Base64 of either alphabet.
export function blobOf({ data, mimeType }) {
  const text = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  return new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))], {
    type: mimeType,
  });
}

// Markdown's blocks, code and bold; links and markup stay text, since a model wrote them.
export function prose(text) {
  const blocks = text.split(/^```/m);
  return h(
    "div",
    { class: "prose" },
    blocks.map((block, at) => (at % 2 ? code(block) : paragraphs(block))),
  );
}

function code(block) {
  const [language, ...lines] = block.split("\n");
  return h(
    "pre",
    { tabindex: 0, title: language.trim() || false },
    lines.join("\n").replace(/\n$/, ""),
  );
}

function paragraphs(text) {
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim())
    .map(
      (paragraph) =>
        list(paragraph) ??
        heading(paragraph) ??
        h("p", {}, inline(paragraph.replace(/^\n+|\n+$/g, ""))),
    );
}

function list(paragraph) {
  const lines = paragraph.trim().split("\n");
  const marks = lines.map((line) => /^\s*(?:[-*•]|(\d+)[.)])\s+(.*)$/.exec(line));
  if (!marks.every(Boolean)) return null;
  const items = marks.map((mark) => h("li", {}, inline(mark[2])));
  return marks[0][1] ? h("ol", { start: marks[0][1] }, items) : h("ul", {}, items);
}

function heading(paragraph) {
  const found = /^\s*#{1,6}\s+(.*)$/.exec(paragraph);
  return found && h("p", { class: "heading" }, inline(found[1]));
}

function inline(text) {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).map((piece) => {
    if (/^`.+`$/.test(piece)) return h("code", {}, piece.slice(1, -1));
    if (/^\*\*.+\*\*$/.test(piece)) return h("strong", {}, piece.slice(2, -2));
    return piece;
  });
}
