// All events of the session: what, when, how long, how many tokens.

import { on, store } from "./store.js";
import { byId, followEnd, h, icon, onFrame, reconcile } from "./dom.js";
import { answersOf, callsOf, KINDS, kindOf, partsOf, REQUESTS, textOf } from "./log.js";
import { called, clock, count, cut, json, oneLine, seconds } from "./format.js";
import { media } from "./chat.js";

export function startTimeline() {
  const panel = byId("panel-events");
  const empty = h(
    "div",
    { class: "empty" },
    h("p", { class: "empty-title" }, "No events yet"),
    h(
      "p",
      { class: "muted" },
      "Each message, model call, tool call and change of state is shown here as it happens.",
    ),
  );
  const runs = h("ol", { class: "runs" });
  panel.replaceChildren(empty, runs);
  panel.addEventListener("keydown", walk);
  const draw = onFrame(() => {
    const found = store.log?.runs() ?? [];
    empty.hidden = found.length > 0;
    byId("events-count").hidden = found.length === 0;
    byId("events-count").textContent = store.log?.entries.length ?? "";
    reconcile(runs, found, {
      key: (run) => run.entries[0].key,
      version: versionOf,
      build: runView,
    });
  });
  on("log run", draw);
  return followEnd(panel, runs);
}

export function showEvent(key) {
  const item = byId("panel-events").querySelector(`[data-key="${CSS.escape(key)}"] > details`);
  if (!item) return;
  item.open = true;
  item.querySelector("summary").focus();
  item.scrollIntoView({ block: "nearest" });
}

// Arrows go from event to event.
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  const rows = [...byId("panel-events").querySelectorAll(".entry > summary")];
  const at = rows.indexOf(document.activeElement);
  if (step === undefined || (at < 0 && document.activeElement !== byId("panel-events"))) return;
  event.preventDefault();
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

const versionOf = (run) =>
  run.entries.map((entry) => `${entry.key}${entry.version}${entry.event.timestamp}`).join();

// A run that goes on keeps its element, and what is open in it.
function runView(run, before) {
  const element =
    before ??
    h("li", { class: "run" }, h("div", { class: "run-head" }), h("ol", { class: "entries" }));
  const [head, list] = element.children;
  const took = run.ended - run.began;
  const facts = [
    run.calls && `${run.calls} model call${run.calls > 1 ? "s" : ""}`,
    run.tokens && `${count(run.tokens)} tokens`,
    run.entries.length > 1 && seconds(took),
  ];
  head.replaceChildren(
    h("time", {}, clock(run.began)),
    h("code", { class: "muted", title: run.id }, cut(run.id.replace(/^e-/, ""), 9)),
    h("span", { class: "spring" }),
    h("span", { class: "muted" }, facts.filter(Boolean).join(" · ")),
  );
  const timed = run.entries.map((entry, at) => ({ entry, run, took, before: run.entries[at - 1] }));
  reconcile(list, timed, {
    key: ({ entry }) => entry.key,
    version: ({ entry }) => `${entry.version} ${entry.rewound} ${took.toFixed(3)}`,
    build: entryView,
  });
  return element;
}

function entryView({ entry, run, took, before }, shown) {
  const { event } = entry;
  const kind = kindOf(event);
  // What is said side by side begins before the one above it ends.
  const from = before && Math.min(before.event.timestamp, entry.began);
  const usage = event.usageMetadata;
  const bar =
    before && took > 0 && barOf(from - run.began, event.timestamp - run.began, took);
  // Most events are never opened.
  const body = h("div", { class: "entry-body" });
  const fill = () =>
    body.hasChildNodes() || body.append(...bodyOf(entry, kind).flat().filter(Boolean));
  if (shown?.firstElementChild.open) fill();
  return h(
    "li",
    { class: `k-${kind}${entry.rewound ? " rewound" : ""}${event.partial ? " streaming" : ""}` },
    h(
      "details",
      { class: "entry", ontoggle: fill },
      h(
        "summary",
        {},
        h("span", { class: "tag" }, KINDS[kind]),
        h("span", { class: "title" }, titleOf(event, kind)),
        h(
          "span",
          { class: "facts muted" },
          usage?.totalTokenCount
            ? h("span", { title: "tokens" }, `${count(usage.totalTokenCount)} tok`)
            : null,
          before ? h("span", {}, seconds(event.timestamp - from)) : null,
        ),
        bar,
      ),
      body,
    ),
  );
}

function barOf(from, to, took) {
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--from", Math.max(0, from / took));
  bar.style.setProperty("--to", to / took);
  return bar;
}

function titleOf(event, kind) {
  const actions = event.actions ?? {};
  if (kind === "error") return `${event.errorCode ?? ""} ${event.errorMessage ?? ""}`.trim();
  if (kind === "rewind") return "back to before a run";
  if (kind === "transfer") return `${event.author} → ${actions.transferToAgent}`;
  if (kind === "compaction") return "older events are summed up";
  if (kind === "request") return callsOf(event).map(question).join(", ");
  if (kind === "call") return callsOf(event).map(called).join(", ");
  if (kind === "state") return Object.keys(actions.stateDelta).join(", ");
  if (kind === "artifact") return Object.keys(actions.artifactDelta).join(", ");
  const answers = answersOf(event);
  if (answers.length)
    return answers
      .map(
        (answer) =>
          `${answer.name.replace(/^adk_request_/, "")} → ${oneLine(answer.response?.result ?? answer.response, 60)}`,
      )
      .join(", ");
  return (
    cut(textOf(event).replace(/\s+/g, " "), 140) ||
    partsOf(event)
      .map((part) => Object.keys(part)[0])
      .join(", ") ||
    step(event)
  );
}

const NODES_ARE = { 2: "runs", 4: "waits", 5: "failed" };

// What a workflow notes: where it is, and what came out of a node.
function step({ author, actions, nodeInfo, output }) {
  const node = nodeInfo?.path?.split("/").at(-1).replace(/@\d+$/, "") || author;
  if (output !== undefined) return `${node} → ${oneLine(output, 80)}`;
  if (actions?.endOfAgent) return `${node} has ended`;
  const open = Object.entries(actions?.agentState?.nodes ?? {})
    .filter(([, { status }]) => NODES_ARE[status])
    .map(([name, { status }]) => `${name} ${NODES_ARE[status]}`);
  return [node, open.join(", ")].filter(Boolean).join(": ");
}

function question(call) {
  const { originalFunctionCall, message } = call.args ?? {};
  if (originalFunctionCall) return `May ${called(originalFunctionCall)} run?`;
  return message ?? { [REQUESTS.credential]: "a credential for a tool" }[call.name] ?? called(call);
}

function bodyOf(entry, kind) {
  const { event } = entry;
  const actions = event.actions ?? {};
  const usage = event.usageMetadata;
  return [
    h(
      "p",
      { class: "facts-line muted" },
      [
        event.author,
        clock(event.timestamp),
        event.modelVersion,
        event.finishReason,
        event.branch && `branch ${event.branch}`,
        entry.fragments && `${entry.fragments} fragments folded`,
        entry.rewound && "rewound",
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    kind === "error" && h("p", { class: "failure" }, icon("warn"), titleOf(event, kind)),
    textOf(event) && h("pre", { class: "text", tabindex: 0 }, textOf(event)),
    partsOf(event).map(
      (part) =>
        part.thought &&
        part.text &&
        section("Thinking", h("pre", { class: "text", tabindex: 0 }, part.text)),
    ),
    partsOf(event).map((part) => part.inlineData && media(part.inlineData)),
    callsOf(event).map((call) => section(`${call.name}: arguments`, json(call.args ?? {}), true)),
    answersOf(event).map((answer) =>
      section(`${answer.name}: result`, json(answer.response), true),
    ),
    filled(actions.stateDelta) && section("State changes", json(actions.stateDelta), true),
    filled(actions.artifactDelta) && section("Artifacts", json(actions.artifactDelta), true),
    filled(usage) && section(tokens(usage), json(usage)),
    section("Whole event", json(event)),
  ];
}

const filled = (value) => value && Object.keys(value).length > 0;

const tokens = (usage) =>
  [
    ["in", usage.promptTokenCount],
    ["cached", usage.cachedContentTokenCount],
    ["thinking", usage.thoughtsTokenCount],
    ["out", usage.candidatesTokenCount],
  ]
    .filter(([, number]) => number)
    .map(([name, number]) => `${count(number)} ${name}`)
    .join(" · ")
    .replace(/^/, "Tokens: ");

const section = (title, content, open = false) =>
  h("details", { class: "section", open }, h("summary", {}, title), content);
