// What the page knows, and who wants to hear of changes.

export const store = {
  apps: [],
  app: null,
  user: localStorage.getItem("adkconf.user") || "user",
  opening: 0, // how many apps and sessions are being found out; what is said meanwhile waits
  sessions: [],
  session: null, // id; null while it is not created yet
  state: {},
  log: null, // Log
  run: null, // { id, cancelled } while the app answers
  failure: null, // what the last run said instead of an answer
  status: null, // of the app, from /health
};

const listeners = new Map();

export function on(topics, listener) {
  for (const topic of topics.split(" ")) {
    listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
  }
}

export function changed(...topics) {
  const called = new Set(topics.flatMap((topic) => listeners.get(topic) ?? []));
  for (const listener of called) listener();
}
