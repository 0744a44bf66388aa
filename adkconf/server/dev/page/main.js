// Puts the page together.

import { getJson, sendJson, sessionPath, stream } from "./api.js";
import { startChat } from "./chat.js";
import { startComposer, writeMessage } from "./composer.js";
import { renderConfig } from "./config.js";
import { confirm } from "./dialogs.js";
import { byId, h, setIcon, toast } from "./dom.js";
import { renderGraph } from "./graph.js";
import { showArtifact, startInspectors } from "./inspectors.js";
import { Log, REQUESTS, textOf } from "./log.js";
import { startProblems, take } from "./problems.js";
import { createSession, loadSessions, startSessions } from "./sessions.js";
import { followTheme, showSidebar, showTab, startKeys, startPanes } from "./shell.js";
import { changed, on, store } from "./store.js";
import { startTimeline, showEvent } from "./timeline.js";

let toEnd = []; // take the chat and the timeline to their ends

async function openSession(id) {
  if (store.run) return;
  store.session = id;
  store.log = new Log();
  store.state = {};
  store.failure = null;
  toEnd.forEach((go) => go());
  changed("session", "log", "state");
  remember();
  showSidebar(false);
  if (id === null) byId("message").focus();
  else await opening(refresh);
}

async function refresh() {
  const { app, user, session } = store;
  const loaded = await getJson(sessionPath(app, user, session));
  if (session !== store.session || app !== store.app) return;
  store.log = new Log(loaded.events, store.log);
  store.state = loaded.state;
  changed("log", "state");
}

async function send(parts) {
  store.failure = null;
  store.run = { id: null, stopped: false };
  toEnd.forEach((go) => go());
  changed("run");
  const content = { role: "user", parts: parts.map(withoutCredential) };
  const said = { author: "user", content, timestamp: Date.now() / 1000 };
  try {
    if (store.session === null) {
      await createSession(parts.find((part) => part.text)?.text ?? "");
      remember();
      changed("session");
    }
    store.log ??= new Log();
    store.log.add(said);
    changed("log");
    await listen(parts);
  } catch (error) {
    if (!store.run.stopped) store.failure = error.message;
  }
  if (store.session) await told(() => Promise.all([refresh(), loadSessions()]));
  if (store.log?.entries.at(-1)?.event.errorMessage) store.failure = null; // it is in the log
  store.run = null;
  changed("run");
  announce();
}

function withoutCredential(part) {
  const answered = part.functionResponse;
  if (answered?.name !== REQUESTS.credential) return part;
  return { functionResponse: { ...answered, response: {} } };
}

function listen(parts) {
  const answered = parts.find((part) => part.functionResponse)?.functionResponse;
  const asking =
    answered &&
    store.log.entries.find(({ event }) => event.longRunningToolIds?.includes(answered.id));
  const body = {
    appName: store.app,
    userId: store.user,
    sessionId: store.session,
    newMessage: { role: "user", parts },
    streaming: true,
    functionCallEventId: asking?.event.id,
  };
  return stream(body, {
    onStart: (id) => {
      store.run.id = id;
      if (store.run.stopped) stop();
    },
    onEvent: (event) => {
      if (event.error !== undefined) {
        if (!store.run.stopped) store.failure = event.error;
        return;
      }
      store.log.add(event);
      Object.assign(store.state, event.actions?.stateDelta);
      changed("log");
    },
  });
}

async function stop() {
  if (!store.run) return;
  store.run.stopped = true;
  if (store.run.id === null) return; // as soon as it has one
  const path = `${sessionPath(store.app, store.user, store.session)}/runs/${store.run.id}/cancel`;
  await told(() => sendJson("POST", path), 410);
  toast("Stopped; what was stored stays.");
}

async function rewind(invocationId, text) {
  if (store.run) return;
  const sure = await confirm(
    "Rewind to before this message?",
    "State and files become what they were, and agents forget what came after. The log keeps it.",
    "Rewind",
  );
  if (!sure) return;
  await told(async () => {
    await sendJson("POST", `${sessionPath(store.app, store.user, store.session)}/rewind`, {
      invocationId,
    });
    await Promise.all([refresh(), loadSessions()]);
    writeMessage(text);
  });
}

function answer(call, response) {
  send([{ functionResponse: { id: call.id, name: call.name, response } }]);
}

// Reads the answer to those who hear the page, once it is whole.
function announce() {
  const said = store.log?.entries.findLast(
    ({ event, rewound }) => !rewound && event.author !== "user" && textOf(event),
  );
  byId("announcer").textContent =
    store.failure ?? (said ? `${said.event.author}: ${textOf(said.event)}` : "");
}

async function opening(work) {
  store.opening += 1;
  changed("opening");
  await told(work);
  store.opening -= 1;
  changed("opening");
}

async function told(work, unless) {
  try {
    await work();
  } catch (error) {
    if (error.status !== unless) toast(error.message, "error");
  }
}

async function loadApps() {
  store.apps = await getJson("/list-apps");
  const [wanted] = fromAddress();
  const app = [store.app, wanted, store.apps[0]].find((name) => store.apps.includes(name)) ?? null;
  byId("app").replaceChildren(...store.apps.map((name) => h("option", { value: name }, name)));
  byId("app").value = app ?? "";
  if (app !== store.app) await chooseApp(app);
}

async function chooseApp(app) {
  store.app = app;
  store.sessions = [];
  changed("app", "sessions");
  take();
  const [wanted, session] = fromAddress();
  await told(loadSessions);
  if (app !== store.app) return;
  const known = wanted === app && store.sessions.some((found) => found.id === session);
  await openSession(known ? session : null);
}

function fromAddress() {
  const kept = new URLSearchParams(location.hash.slice(1));
  return [kept.get("app"), kept.get("session")];
}

function remember() {
  const kept = Object.entries({ app: store.app, session: store.session }).filter(([, id]) => id);
  history.replaceState(null, "", `#${new URLSearchParams(kept)}`);
  document.title = store.app ? `${store.app} · adkconf` : "adkconf";
}

const PANELS = { graph: renderGraph, config: renderConfig };

function start() {
  document
    .querySelectorAll("[data-icon]")
    .forEach((button) => setIcon(button, button.dataset.icon));
  followTheme();
  startPanes((name) => PANELS[name]?.());
  startKeys({ stop, newSession: () => openSession(null) });
  const chatToEnd = startChat({
    answer,
    rewind,
    show: (key) => (showTab("events"), showEvent(key)),
    showArtifact: (name) => (showTab("artifacts"), showArtifact(name)),
  });
  startComposer({ send, stop });
  toEnd = [chatToEnd, startTimeline()];
  startInspectors();
  startSessions(openSession);
  on("run", () => {
    document.body.toggleAttribute("data-running", store.run !== null);
    byId("app").disabled = byId("user").disabled = store.run !== null;
  });
  on("status app", () =>
    Object.entries(PANELS).forEach(([name, render]) => byId(`panel-${name}`).hidden || render()),
  );
  byId("app").addEventListener("change", (event) =>
    opening(() => chooseApp(event.target.value)),
  );
  byId("user").value = store.user;
  byId("user-form").addEventListener("submit", (event) => event.preventDefault());
  byId("user").addEventListener("change", changeUser);
  opening(loadApps).then(() => startProblems(() => opening(loadApps)));
}

function changeUser(event) {
  store.user = event.target.value.trim() || "user";
  event.target.value = store.user;
  localStorage.setItem("adkconf.user", store.user);
  told(loadSessions);
  openSession(null);
}

start();
