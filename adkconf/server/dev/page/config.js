// The resolved configuration, each value with where it came from.

import { getJson } from "./api.js";
import { store } from "./store.js";
import { byId, h, icon } from "./dom.js";

let shows = null; // the generation that is shown

export async function renderConfig() {
  const panel = byId("panel-config");
  const now = `${store.app} ${store.status?.generation?.number}`;
  if (!store.app || shows === now) return;
  shows = now;
  try {
    const tree = await getJson(`/apps/${encodeURIComponent(store.app)}/config`);
    const box = h("input", {
      type: "checkbox",
      onchange: () => panel.classList.toggle("with-defaults", box.checked),
    });
    box.checked = panel.classList.contains("with-defaults");
    panel.replaceChildren(
      h(
        "div",
        { class: "row bar-row" },
        h("label", { class: "check" }, box, "Show defaults"),
        h("span", { class: "spring" }),
        h("span", { class: "muted" }, "Secrets are hidden"),
      ),
      h("div", { class: "tree" }, branches(tree, 0)),
    );
  } catch (error) {
    shows = null;
    panel.replaceChildren(h("p", { class: "failure" }, icon("warn"), error.message));
  }
}

const isLeaf = (tree) => typeof tree?.from?.kind === "string" && "value" in tree;
const isDefault = (tree) =>
  isLeaf(tree)
    ? tree.from.kind === "default"
    : Object.values(tree).every(isDefault) && Object.keys(tree).length > 0;

// `dash` is for the first line below, as YAML writes the items of lists.
function branches(tree, depth, dash = false) {
  const listed = Array.isArray(tree);
  return Object.entries(tree).map(([key, below], at) => {
    const begins = dash && at === 0;
    const name = `${begins ? "– " : ""}${listed ? "–" : `${key}:`}`;
    const kind = isDefault(below) ? "default" : "";
    if (isLeaf(below)) return line(name, below, depth - begins, kind);
    if (listed) return h("div", { class: kind }, branches(below, depth + 1, true));
    return h(
      "div",
      { class: kind },
      line(name, null, depth - begins, ""),
      branches(below, depth + 1),
    );
  });
}

function line(name, leaf, depth, kind) {
  const row = h(
    "div",
    { class: `line ${kind}` },
    h("span", { class: "key" }, name),
    leaf && h("span", { class: "value" }, valueView(leaf.value)),
    leaf && h("span", { class: "origin muted" }, originOf(leaf.from)),
  );
  row.style.setProperty("--depth", depth);
  return row;
}

function valueView(value) {
  if (value === "<hidden>") return h("em", { class: "muted" }, "hidden");
  if (typeof value === "string") return value === "" ? '""' : value;
  return h(
    "span",
    { class: typeof value === "number" ? "j-number" : "j-word" },
    JSON.stringify(value),
  );
}

function originOf(from) {
  if (from.kind === "default") return "default";
  const variables = (from.variables ?? []).map(
    (name) => `\${${name}}${from.unset?.includes(name) ? " not set" : ""}`,
  );
  return [from.place?.split("/").at(-1), from.profile && `profile ${from.profile}`, ...variables]
    .filter(Boolean)
    .join(", ");
}
