// Live reload: what is served, and what is wrong with the files as they are now.

import { getJson } from "./api.js";
import { changed, store } from "./store.js";
import { byId, h, icon, toast } from "./dom.js";
import { clock } from "./format.js";

const EVERY = 1500;

let members = [];
let drawn = "";

// Asks /health while the page is seen; `renamed` is called when other apps answer.
export function startProblems(renamed) {
  const poll = async () => {
    if (document.visibilityState === "visible") await look(renamed);
    setTimeout(poll, EVERY);
  };
  document.addEventListener(
    "visibilitychange",
    () => document.visibilityState === "visible" && look(renamed),
  );
  return poll();
}

async function look(renamed) {
  let health;
  try {
    health = await getJson("/health");
  } catch {
    pill("bad", "server is away");
    drawn = "";
    return;
  }
  if (!health.generation && !health.apps) return; // no token yet
  members = health.apps
    ? Object.entries(health.apps).map(([file, member]) => ({ file, ...member }))
    : [health];
  const state = JSON.stringify(
    members.map((member) => [member.app, member.generation, member.rejected, member.diagnostics]),
  );
  if (state === drawn) return;
  drawn = state;
  const names = members.flatMap((member) => member.app ?? []).sort();
  take();
  if (names.join() !== store.apps.toSorted().join()) renamed();
}

// Shows the app that is chosen now.
export function take() {
  const before = store.status;
  store.status = members.find((member) => member.app === store.app) ?? members[0] ?? null;
  const number = store.status?.generation.number;
  const isNewer =
    before && store.status && before.app === store.status.app && number > before.generation.number;
  if (isNewer) toast(`Generation ${number} answers now`, "good");
  render();
  changed("status");
}

function render() {
  const rejected = members.filter((member) => member.rejected);
  const found = rejected.flatMap((member) => errorsOf(member));
  const warnings = store.status?.diagnostics ?? [];
  const number = store.status?.generation.number ?? 0;
  const kind = rejected.length ? "bad" : warnings.length ? "warn" : "good";
  if (!number) pill(kind, "not started");
  else if (store.status.rejected) pill(kind, `edit rejected · generation ${number} goes on`);
  else pill(kind, `generation ${number} is live`);
  const badge = byId("problems-count");
  badge.textContent = found.length || warnings.length;
  badge.hidden = !found.length && !warnings.length;
  badge.classList.toggle("bad", found.length > 0);
  renderBanner(rejected, found);
  renderPanel(rejected, warnings);
}

const errorsOf = (member) =>
  member.rejected.diagnostics.length ? member.rejected.diagnostics : [null];

function pill(kind, text) {
  byId("status").dataset.kind = kind;
  byId("status-text").textContent = text;
}

function renderBanner(rejected, found) {
  const banner = byId("banner");
  banner.hidden = rejected.length === 0;
  if (!rejected.length) {
    banner.replaceChildren();
    return;
  }
  const first = found[0];
  const what = first
    ? `${first.file.split("/").at(-1)}:${first.line}: ${first.message}`
    : rejected[0].rejected.message;
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : "";
  banner.replaceChildren(
    icon("warn"),
    h(
      "span",
      { class: "banner-text" },
      h("strong", {}, "The last edit is not in effect. "),
      what,
      more,
    ),
    h("button", { type: "button", class: "small", onclick: () => byId("status").click() }, "Show"),
  );
}

function renderPanel(rejected, warnings) {
  const panel = byId("panel-problems");
  const generation = store.status?.generation;
  const facts = generation && [
    ["Generation", generation.number],
    ["Since", generation.since ? clock(generation.since) : "not started"],
    ["Files", generation.digest],
    [
      "Requests",
      `${generation.inFlight} now${generation.draining ? `, ${generation.draining} older generations finish theirs` : ""}`,
    ],
    [
      "Edits",
      `${store.status.reloads.accepted} taken over, ${store.status.reloads.rejected} rejected`,
    ],
  ];
  panel.replaceChildren(
    ...rejected.map((member) =>
      h(
        "section",
        { class: "rejection" },
        h(
          "h3",
          {},
          "Edit rejected",
          h(
            "span",
            { class: "muted" },
            `${clock(member.rejected.at)}${member.file ? ` · ${member.file}` : ""}`,
          ),
        ),
        member.rejected.diagnostics.length
          ? member.rejected.diagnostics.map(diagnosticView)
          : h("p", { class: "failure" }, icon("warn"), member.rejected.message),
      ),
    ),
    ...(warnings.length
      ? [h("section", {}, h("h3", {}, "Warnings"), warnings.map(diagnosticView))]
      : []),
    ...(!rejected.length && !warnings.length
      ? [
          h(
            "div",
            { class: "empty" },
            h("p", { class: "empty-title" }, "No problems"),
            h(
              "p",
              { class: "muted" },
              "With --reload, edits are taken over as a whole, or shown here.",
            ),
          ),
        ]
      : []),
    facts
      ? h(
          "dl",
          { class: "facts-table" },
          facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
        )
      : "",
  );
}

function diagnosticView(found) {
  const source = found.source ?? "";
  const last = found.end_line === found.line ? found.end_column - 1 : source.trimEnd().length;
  const [start, end] = [found.column - 1, Math.max(last, found.column)];
  const points = [...source];
  return h(
    "article",
    { class: `diagnostic ${found.severity}` },
    h(
      "p",
      { class: "diagnostic-title" },
      h("span", { class: "tag" }, `${found.severity} ${found.code}`),
      h("span", {}, found.message),
    ),
    h(
      "p",
      { class: "muted place" },
      `${found.file}:${found.line}:${found.column}`,
      found.path && h("code", {}, found.path),
    ),
    source &&
      h(
        "pre",
        { class: "excerpt", tabindex: 0 },
        h("span", { class: "number" }, `${found.line} │ `),
        points.slice(0, start).join(""),
        h("mark", {}, points.slice(start, end).join("") || " "),
        points.slice(end).join(""),
      ),
    found.hint && h("p", { class: "help" }, h("strong", {}, "help: "), found.hint),
  );
}
