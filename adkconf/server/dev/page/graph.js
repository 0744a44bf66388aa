// The agents, tools and services of the app, as the server draws them.

import { getBlob } from "./api.js";
import { store } from "./store.js";
import { byId, h, icon } from "./dom.js";

let shows = null; // the generation that is shown

export async function renderGraph() {
  const panel = byId("panel-graph");
  const now = `${store.app} ${store.status?.generation?.number}`;
  if (!store.app || shows === now) return;
  shows = now;
  try {
    const source = URL.createObjectURL(
      await getBlob(`/apps/${encodeURIComponent(store.app)}/graph`),
    );
    const picture = h("img", {
      src: source,
      class: "graph",
      alt: `The agents of ${store.app}, with their tools and services`,
    });
    const size = h(
      "button",
      {
        type: "button",
        class: "small",
        "aria-pressed": "false",
        onclick: () => resize(picture, size),
      },
      "Actual size",
    );
    const save = h(
      "a",
      { href: source, download: `${store.app}.svg`, class: "button small" },
      icon("download"),
      "SVG",
    );
    panel.querySelector("img.graph") && URL.revokeObjectURL(panel.querySelector("img.graph").src);
    panel.replaceChildren(
      h("div", { class: "row bar-row" }, h("span", { class: "spring" }), size, save),
      h("div", { class: "picture-frame" }, picture),
    );
  } catch (error) {
    shows = null;
    panel.replaceChildren(h("p", { class: "failure" }, icon("warn"), error.message));
  }
}

function resize(picture, button) {
  button.setAttribute("aria-pressed", picture.classList.toggle("actual"));
}
