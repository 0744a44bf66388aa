// The conversation: what was said, and in short what was done in between.

import { on, store } from "./store.js";
import { byId, followEnd, h, icon, onFrame, reconcile } from "./dom.js";
import { answersOf, callsOf, kindOf, partsOf, REQUESTS, textOf } from "./log.js";
import { blobOf, called, clock, oneLine, prose } from "./format.js";
import { requestForm } from "./requests.js";

const ASKING = new Set(Object.values(REQUESTS));

// `actions` are { answer, rewind, show, showArtifact }; returns what takes the chat to its end.
export function startChat(actions) {
  const draw = onFrame(() => render(actions));
  on("log session sessions run", draw);
  return followEnd(byId("scroll"), byId("messages"));
}

function render(actions) {
  const known = store.sessions.find((session) => session.id === store.session);
  byId("chat-title").textContent = store.session
    ? (known && nameOf(known)) || "Session"
    : "New session";
  byId("session-id").textContent = store.session ?? "";
  const items = itemsOf();
  reconcile(byId("messages"), items, {
    key: (item) => item.key,
    version: (item) => item.version,
    build: (item) => item.build(actions),
  });
  renderEmpty(items.length === 0);
}

export const nameOf = (session) => session.state?.__session_metadata__?.displayName || session.id;

function itemsOf() {
  const items = [];
  for (const entry of store.log?.entries ?? []) {
    if (entry.rewound || !isTold(entry.event)) continue;
    const answered = callsOf(entry.event).map((call) => store.log.answersTo(call.id).length);
    items.push({
      key: entry.key,
      version: [entry.version, entry.event.partial ? "…" : "", ...answered],
      build: (actions) => message(entry, actions),
    });
  }
  if (!store.run) {
    for (const request of store.log?.pending() ?? []) {
      items.push({
        key: `request-${request.call.id}`,
        version: 0,
        build: (actions) =>
          h("li", { class: "message asks" }, requestForm(request, actions.answer)),
      });
    }
  }
  if (store.run && !store.log?.growing.size) {
    items.push({ key: "waiting", version: 0, build: waiting });
  }
  if (store.failure) {
    items.push({ key: "failure", version: store.failure, build: () => failure(store.failure) });
  }
  return items;
}

const waiting = () =>
  h(
    "li",
    { class: "message waiting" },
    h("span", { class: "hidden" }, "The app is working"),
    h("i"),
    h("i"),
    h("i"),
  );

const failure = (text) =>
  h("li", { class: "message" }, h("p", { class: "failure", role: "alert" }, icon("warn"), text));

// Some events only show in the timeline.
function isTold(event) {
  const { transferToAgent, artifactDelta, rewindBeforeInvocationId } = event.actions ?? {};
  if (rewindBeforeInvocationId) return false;
  const isNews =
    event.errorCode ||
    event.errorMessage ||
    transferToAgent ||
    Object.keys(artifactDelta ?? {}).length;
  return (
    Boolean(isNews) ||
    partsOf(event).some((part) =>
      part.functionCall ? isShown(part.functionCall) : !part.functionResponse,
    )
  );
}

const isShown = (call) => !ASKING.has(call.name) && call.name !== "transfer_to_agent";

function message(entry, actions) {
  const { event } = entry;
  const kind = kindOf(event);
  const mine = kind === "user";
  const head = h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, mine ? "You" : event.author),
    event.timestamp && h("time", { class: "muted" }, clock(event.timestamp)),
    mine && event.invocationId && rewindButton(event, actions),
  );
  const show = () => actions.show(entry.key);
  const body = partsOf(event).map((part) => partView(part, event, show));
  return h(
    "li",
    { class: `message ${mine ? "mine" : kind}${event.partial ? " streaming" : ""}` },
    isSpoken(event) && head,
    body,
    handOver(event),
    errorView(event),
    Object.entries(event.actions?.artifactDelta ?? {}).map(([name, version]) =>
      artifactChip(name, version, actions),
    ),
  );
}

const isSpoken = (event) =>
  kindOf(event) === "error" ||
  partsOf(event).some((part) => part.text || part.inlineData || part.fileData);

function rewindButton(event, actions) {
  const label = "Rewind to before this message";
  return h(
    "button",
    {
      type: "button",
      class: "icon tiny reveal",
      "aria-label": label,
      title: label,
      onclick: () => actions.rewind(event.invocationId, textOf(event)),
    },
    icon("rewind"),
  );
}

function handOver(event) {
  const agent = event.actions?.transferToAgent;
  return agent && h("p", { class: "rule" }, h("span", {}, `${event.author} → ${agent}`));
}

function errorView(event) {
  if (!event.errorCode && !event.errorMessage) return null;
  return h(
    "p",
    { class: "failure" },
    icon("warn"),
    h("span", {}, event.errorCode && h("strong", {}, `${event.errorCode} `), event.errorMessage),
  );
}

function artifactChip(name, version, actions) {
  return h(
    "button",
    { type: "button", class: "chip", onclick: () => actions.showArtifact(name) },
    icon("file"),
    h("span", {}, name),
    h("span", { class: "muted" }, `version ${version}`),
  );
}

function partView(part, event, show) {
  if (part.thought && part.text)
    return h("details", { class: "thought" }, h("summary", {}, "Thinking"), prose(part.text));
  if (part.text)
    return event.author === "user" ? h("div", { class: "bubble" }, part.text) : prose(part.text);
  if (part.functionCall) return callRow(part.functionCall, show);
  if (part.inlineData) return media(part.inlineData);
  if (part.fileData)
    return h(
      "p",
      { class: "chip" },
      icon("file"),
      part.fileData.displayName ?? part.fileData.fileUri,
    );
  if (part.executableCode) return h("pre", { tabindex: 0 }, part.executableCode.code);
  if (part.codeExecutionResult)
    return h(
      "pre",
      { tabindex: 0, class: "output" },
      part.codeExecutionResult.output ?? part.codeExecutionResult.outcome,
    );
  return null;
}

function callRow(call, show) {
  if (!isShown(call)) return null;
  const answer = store.log.answersTo(call.id).at(-1);
  const failed = answer?.response && "error" in answer.response;
  return h(
    "button",
    {
      type: "button",
      class: `call-row ${answer ? (failed ? "bad" : "done") : "open"}`,
      onclick: show,
      title: "Show in the timeline",
    },
    h("span", { class: "dot" }),
    h("code", {}, called(call)),
    answer &&
      h("code", { class: "muted" }, `→ ${oneLine(answer.response?.result ?? answer.response, 60)}`),
  );
}

export function media(data) {
  const name = data.displayName ?? data.mimeType ?? "file";
  let blob;
  try {
    blob = blobOf(data);
  } catch {
    return h("p", { class: "chip" }, icon("warn"), `${name} (unreadable)`);
  }
  const source = URL.createObjectURL(blob);
  const free = () => URL.revokeObjectURL(source);
  if (data.mimeType?.startsWith("image/"))
    return h("img", { src: source, alt: name, class: "picture", onload: free, onerror: free });
  if (data.mimeType?.startsWith("audio/"))
    return h("audio", { src: source, controls: true, title: name });
  return h("a", { href: source, download: name, class: "chip" }, icon("file"), name);
}

function renderEmpty(isEmpty) {
  const empty = byId("empty");
  empty.hidden = !isEmpty;
  if (!isEmpty) return;
  const down = store.app === null && store.status;
  empty.replaceChildren(
    h("img", { src: "/page/icon.svg", alt: "", width: 44, height: 44 }),
    h(
      "p",
      { class: "empty-title" },
      down ? "No app is up" : store.app ? `Say something to ${store.app}` : "Connecting…",
    ),
    h(
      "p",
      { class: "muted" },
      down
        ? "The problems say why."
        : "What it does shows up in the timeline: model calls, tools, state, files.",
    ),
  );
}
