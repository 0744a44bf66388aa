// Elements without markup: text stays text, whoever wrote it.

const SVG = "http://www.w3.org/2000/svg";

// h("button", { class: "x", onclick: f, dataset: { key: 1 } }, "text", child, [children], null)
export function h(tag, props = {}, ...children) {
  return filled(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

export const byId = (id) => document.getElementById(id);

function filled(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  plus: "M12 5v14M5 12h14",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  clip: "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4 12H2M22 12h-2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  help: "M9.2 9a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.2-1.5 2.3M12 17.5v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10.5 10.5v5M13.5 10.5v5",
  pencil: "M5 19l1-4L16 5l3 3L9 18z",
  rewind: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  close: "M6 6l12 12M18 6L6 18",
  warn: "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
};

export function icon(name) {
  const drawn = svg("svg", { viewBox: "0 0 24 24", class: "ico", "aria-hidden": "true" });
  drawn.append(svg("path", { d: ICONS[name] }));
  return drawn;
}

export function setIcon(button, name) {
  button.querySelector("svg")?.remove();
  button.prepend(icon(name));
}

const known = new WeakMap(); // what `reconcile` put into an element: Map of { element, version } by key

// Makes the children of `parent` be those of `items`, and builds only those whose version changed.
export function reconcile(parent, items, { key, version, build }) {
  const old = known.get(parent) ?? new Map();
  const now = new Map();
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const state = String(version(item));
    const before = old.get(name)?.element;
    let element = before;
    if (old.get(name)?.version !== state) element = build(item, before);
    if (before && element !== before) {
      keepOpen(before, element);
      if (place === before) place = element;
      before.replaceWith(element);
    }
    if (element !== before) element.dataset.key = name;
    old.delete(name);
    now.set(name, { element, version: state });
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const { element } of old.values()) element.remove();
  known.set(parent, now);
}

function keepOpen(before, after) {
  const [was, is] = [before, after].map((root) => [root, ...root.querySelectorAll("details")]);
  was.forEach((details, at) => {
    if (details.open && is[at]?.tagName === "DETAILS") is[at].open = true;
  });
  const focused = [before, ...before.querySelectorAll("summary, button")].indexOf(
    document.activeElement,
  );
  if (focused >= 0)
    queueMicrotask(() => [after, ...after.querySelectorAll("summary, button")][focused]?.focus());
}

// Runs `work` once before the next frame, however often it is asked for.
export function onFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

// Keeps the end of what grows in sight, until the person scrolls back or opens something.
export function followEnd(scroller, content) {
  let follows = true;
  let last = 0;
  const stick = () => follows && (scroller.scrollTop = scroller.scrollHeight);
  scroller.addEventListener("scroll", () => {
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    if (atEnd) follows = true;
    else if (scroller.scrollTop < last) follows = false;
    last = scroller.scrollTop;
  });
  content.addEventListener("toggle", ({ target }) => target.open && (follows = false), true);
  new ResizeObserver(stick).observe(content);
  return () => {
    follows = true;
    stick();
  };
}

export function toast(text, kind = "info") {
  const note = h("p", { class: `toast ${kind}` }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), kind === "error" ? 8000 : 4000);
}
