// The sessions of the user: choose, make, rename, delete.

import { getJson, sendJson, sessionPath, sessionsPath } from "./api.js";
import { changed, on, store } from "./store.js";
import { byId, h, icon, onFrame, reconcile, toast } from "./dom.js";
import { ago } from "./format.js";
import { askForText, confirm } from "./dialogs.js";
import { nameOf } from "./chat.js";

const METADATA = "__session_metadata__"; // where google-adk's page keeps names, too

let asked = 0; // a list that comes after a later one is not news

// `open(id)` shows a session; null is a new one.
export function startSessions(open) {
  on(
    "sessions session",
    onFrame(() => render(open)),
  );
  byId("new-session").addEventListener("click", () => open(null));
}

export async function loadSessions() {
  const { app, user } = store;
  const turn = ++asked;
  const sessions = app ? await getJson(sessionsPath(app, user)) : [];
  if (turn !== asked || app !== store.app || user !== store.user) return;
  store.sessions = sessions.toSorted((one, other) => other.lastUpdateTime - one.lastUpdateTime);
  changed("sessions");
}

export async function createSession(firstText) {
  const displayName = firstText.replace(/\s+/g, " ").slice(0, 60) || "Attachment";
  const session = await sendJson("POST", sessionsPath(store.app, store.user), {
    state: { [METADATA]: { displayName } },
  });
  store.sessions = [session, ...store.sessions];
  store.session = session.id;
  changed("sessions");
  return session.id;
}

function render(open) {
  const rows = store.sessions.length ? store.sessions : [null];
  reconcile(byId("sessions"), rows, {
    key: (session) => session?.id ?? "",
    version: (session) =>
      session &&
      `${nameOf(session)} ${ago(session.lastUpdateTime)} ${session.id === store.session}`,
    build: (session) =>
      session
        ? row(session, open)
        : h("li", { class: "muted none" }, "None yet. A session starts with its first message."),
  });
}

function row(session, open) {
  const name = nameOf(session);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "session",
        "aria-current": session.id === store.session ? "true" : null,
        onclick: () => open(session.id),
        title: session.id,
      },
      h("span", { class: "session-name" }, name),
      h("span", { class: "muted" }, ago(session.lastUpdateTime)),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon tiny reveal",
        "aria-label": `Rename ${name}`,
        onclick: () => rename(session),
      },
      icon("pencil"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon tiny reveal",
        "aria-label": `Delete ${name}`,
        onclick: () => remove(session, open),
      },
      icon("trash"),
    ),
  );
}

async function rename(session) {
  const displayName = await askForText("Rename the session", "Name", nameOf(session));
  if (!displayName) return;
  const metadata = { ...session.state?.[METADATA], displayName };
  await told(async () => {
    await sendJson("PATCH", sessionPath(store.app, store.user, session.id), {
      stateDelta: { [METADATA]: metadata },
    });
    await loadSessions();
  });
}

async function remove(session, open) {
  if (
    !(await confirm(
      "Delete the session?",
      `“${nameOf(session)}” and all its events are deleted for good.`,
      "Delete",
    ))
  )
    return;
  await told(async () => {
    await sendJson("DELETE", sessionPath(store.app, store.user, session.id));
    if (session.id === store.session) open(null);
    await loadSessions();
  });
}

async function told(work) {
  try {
    await work();
  } catch (error) {
    toast(error.message, "error");
  }
}
