// What the person writes and attaches.

import { on, store } from "./store.js";
import { byId, h, icon, toast } from "./dom.js";
import { bytes } from "./format.js";

let attached = [];
let reading = false; // what is attached
let waits = false; // to be sent once the session is open

// `actions` are { send(parts), stop() }.
export function startComposer(actions) {
  const form = byId("composer");
  const field = byId("message");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(actions);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit(actions);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target !== field)
      submit(actions);
  });
  field.addEventListener("input", grow);
  field.addEventListener("paste", (event) => take(event.clipboardData.files, event));
  byId("attach").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", () => {
    take(byId("files").files);
    byId("files").value = "";
  });
  byId("chat").addEventListener("dragover", (event) => event.preventDefault());
  byId("chat").addEventListener("drop", (event) => take(event.dataTransfer.files, event));
  byId("stop").addEventListener("click", actions.stop);
  on("run app opening", () => {
    byId("send").hidden = store.run !== null;
    byId("stop").hidden = store.run === null;
    byId("send").disabled = store.app === null || store.opening > 0;
    if (waits && !store.opening) submit(actions);
  });
}

export function writeMessage(text) {
  byId("message").value = text;
  grow();
  byId("message").focus();
}

async function submit(actions) {
  const text = byId("message").value.trim();
  waits = false;
  if (store.run || reading || (!text && !attached.length)) return;
  waits = store.opening > 0;
  if (waits || !store.app) return;
  const files = attached;
  reading = true;
  let parts;
  try {
    parts = await Promise.all(files.map(partOf));
  } catch (error) {
    toast(`A file cannot be read: ${error.message}`, "error");
    return;
  } finally {
    reading = false;
  }
  if (text) parts.unshift({ text });
  attached = [];
  renderAttached();
  writeMessage("");
  actions.send(parts);
}

function grow() {
  const field = byId("message");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
}

function take(files, event) {
  if (!files.length) return;
  event?.preventDefault();
  attached = [...attached, ...files];
  renderAttached();
}

function renderAttached() {
  const list = byId("attachments");
  list.hidden = attached.length === 0;
  list.replaceChildren(
    ...attached.map((file) =>
      h(
        "li",
        { class: "chip" },
        icon("file"),
        h("span", {}, file.name),
        h("span", { class: "muted" }, bytes(file.size)),
        h(
          "button",
          {
            type: "button",
            class: "icon tiny",
            "aria-label": `Remove ${file.name}`,
            onclick: () => remove(file),
          },
          icon("close"),
        ),
      ),
    ),
  );
}

function remove(file) {
  attached = attached.filter((other) => other !== file);
  renderAttached();
  byId("message").focus();
}

async function partOf(file) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const data = address.slice(address.indexOf(",") + 1);
  return {
    inlineData: { data, mimeType: file.type || "application/octet-stream", displayName: file.name },
  };
}
