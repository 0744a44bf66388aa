// Panes, tabs, theme and keys.

import { showShortcuts } from "./dialogs.js";
import { byId, setIcon } from "./dom.js";

const TABS = ["events", "state", "artifacts", "graph", "config", "problems"];
const THEME = "adkconf.theme";

let shown = () => {};

export function startPanes(onShown) {
  shown = onShown;
  for (const name of TABS) byId(`tab-${name}`).addEventListener("click", () => showTab(name));
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    const at = TABS.findIndex((name) => `tab-${name}` === document.activeElement.id);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    const name = TABS[(next + TABS.length) % TABS.length];
    showTab(name);
    byId(`tab-${name}`).focus();
  });
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => showView(button.dataset.show));
  }
  byId("status").addEventListener("click", () => showTab("problems"));
  byId("menu").addEventListener("click", () =>
    showSidebar(!document.body.classList.contains("with-sidebar")),
  );
}

// Where there is room it is always seen.
export function showSidebar(isOpen) {
  document.body.classList.toggle("with-sidebar", isOpen);
  byId("menu").setAttribute("aria-expanded", isOpen);
}

export function showTab(chosen) {
  for (const name of TABS) {
    const isChosen = name === chosen;
    byId(`tab-${name}`).setAttribute("aria-selected", isChosen);
    byId(`tab-${name}`).tabIndex = isChosen ? 0 : -1;
    byId(`panel-${name}`).hidden = !isChosen;
  }
  showView("inspector");
  shown(chosen);
}

// On narrow screens one of the two is seen.
function showView(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", button.dataset.show === name);
  }
}

export function followTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = localStorage.getItem(THEME) ?? (system.matches ? "dark" : "light");
    const other = theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    setIcon(byId("theme"), theme === "dark" ? "sun" : "moon");
    byId("theme").setAttribute("aria-label", `Change to the ${other} theme`);
  };
  byId("theme").addEventListener("click", () => {
    localStorage.setItem(
      THEME,
      document.documentElement.dataset.theme === "dark" ? "light" : "dark",
    );
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}

// Single keys work while nothing is being written.
export function startKeys({ stop, newSession }) {
  byId("help").addEventListener("click", showShortcuts);
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      showSidebar(false);
      stop();
      return;
    }
    const writes = event.target.closest("input, textarea, select");
    if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key] ?? (TABS[event.key - 1] && (() => focusTab(TABS[event.key - 1])));
    if (event.key === "n") newSession();
    else if (act) act();
    else return;
    event.preventDefault();
  });
}

const KEYS = {
  "/": () => (showView("chat"), byId("message").focus()),
  "?": showShortcuts,
  t: () => byId("theme").click(),
};

function focusTab(name) {
  showTab(name);
  byId(`tab-${name}`).focus();
}
