// The server's HTTP API.

import { askForToken } from "./dialogs.js";

const TOKEN = "adkconf.token";

export class ApiError extends Error {
  constructor(status, detail) {
    super(typeof detail === "string" ? detail : JSON.stringify(detail));
    this.status = status;
  }
}

let asking = null;

async function send(path, options = {}) {
  for (;;) {
    const token = sessionStorage.getItem(TOKEN);
    const headers = { ...options.headers };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const response = await fetch(path, { ...options, headers, body, credentials: "omit" });
    if (response.status !== 401) return response;
    // Requests that go on side by side ask once.
    if (sessionStorage.getItem(TOKEN) !== token) continue;
    asking ??= askForToken(Boolean(token)).finally(() => (asking = null));
    sessionStorage.setItem(TOKEN, await asking);
  }
}

async function checked(path, options) {
  const response = await send(path, options);
  if (response.ok) return response;
  let detail = `${response.status} ${response.statusText}`;
  try {
    detail = (await response.json()).detail ?? detail;
  } catch {
    // Not a problem of ours; the status has to do.
  }
  throw new ApiError(response.status, detail);
}

export const getJson = async (path) => (await checked(path)).json();
export const getBlob = async (path) => (await checked(path)).blob();
export const sendJson = async (method, path, body) =>
  (await checked(path, { method, body })).json();

export const sessionsPath = (app, user) =>
  `/apps/${encodeURIComponent(app)}/users/${encodeURIComponent(user)}/sessions`;
export const sessionPath = (app, user, id) =>
  `${sessionsPath(app, user)}/${encodeURIComponent(id)}`;

// Runs the app; `onStart` gets the run's id, `onEvent` each event or `{ error }`.
export async function stream(body, { onStart, onEvent }) {
  const response = await checked("/run_sse", { method: "POST", body });
  onStart(response.headers.get("X-Run-Id"));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      const data = frame.split("\n").filter((line) => line.startsWith("data:"));
      if (data.length) onEvent(JSON.parse(data.map((line) => line.slice(5)).join("\n")));
    }
  }
}
