// The state and the files of a session.

import { getBlob, getJson, sessionPath } from "./api.js";
import { on, store } from "./store.js";
import { byId, h, icon, onFrame, reconcile, toast } from "./dom.js";
import { bytes, clock, json } from "./format.js";

const SCOPES = [
  ["Session", (key) => !/^(user|app|temp):/.test(key), "of this session alone"],
  ["User", (key) => key.startsWith("user:"), "of all sessions of this user"],
  ["App", (key) => key.startsWith("app:"), "of everybody"],
];

export function startInspectors() {
  on("log state session", onFrame(renderState));
  on("state session", refreshArtifacts);
}

function renderState() {
  const panel = byId("panel-state");
  const keys = Object.keys(store.state).sort();
  if (!keys.length) {
    panel.replaceChildren(
      nothing("No state yet", "What tools, callbacks and output keys write is shown here."),
    );
    return;
  }
  const recent = lastChanges();
  const sections = SCOPES.map(([name, belongs, about]) => {
    const own = keys.filter(belongs);
    return (
      own.length &&
      h(
        "section",
        {},
        h("h3", {}, name, h("span", { class: "muted" }, about)),
        h(
          "dl",
          { class: "state" },
          own.map((key) => [
            h(
              "dt",
              { class: recent.has(key) ? "recent" : "" },
              h("code", {}, key),
              recent.has(key) && h("span", { class: "mark" }, "changed"),
            ),
            h("dd", {}, json(store.state[key])),
          ]),
        ),
      )
    );
  });
  panel.replaceChildren(...sections.filter(Boolean));
}

// Keys that the last run wrote.
function lastChanges() {
  const run = store.log?.runs().at(-1);
  return new Set(
    (run?.entries ?? []).flatMap(({ event }) => Object.keys(event.actions?.stateDelta ?? {})),
  );
}

const nothing = (title, text) =>
  h(
    "div",
    { class: "empty" },
    h("p", { class: "empty-title" }, title),
    h("p", { class: "muted" }, text),
  );

let asked = 0;

async function refreshArtifacts() {
  const ticket = ++asked;
  let names = [];
  let problem = "";
  if (store.session) {
    try {
      names = await getJson(`${sessionPath(store.app, store.user, store.session)}/artifacts`);
    } catch (error) {
      problem = error.message;
    }
  }
  if (ticket === asked) renderArtifacts(names, problem);
}

function renderArtifacts(names, problem) {
  const panel = byId("panel-artifacts");
  if (!names.length) {
    panel.replaceChildren(
      nothing(
        "No files yet",
        problem || "Files that tools and agents save are shown here, with all their versions.",
      ),
    );
    return;
  }
  let list = panel.querySelector("ul.files");
  if (!list) {
    list = h("ul", { class: "files" });
    panel.replaceChildren(list);
  }
  const version = store.log?.entries.length ?? 0;
  reconcile(list, names, {
    key: (name) => `${store.session}/${name}`,
    version: () => version,
    build: (name, before) => fileView(name, before),
  });
}

export function showArtifact(name) {
  const item = byId("panel-artifacts").querySelector(
    `[data-key="${CSS.escape(`${store.session}/${name}`)}"] > details`,
  );
  if (!item) return;
  item.open = true;
  item.querySelector("summary").focus();
}

function fileView(name) {
  const body = h("div", { class: "file-body" });
  const details = h(
    "details",
    { class: "file" },
    h("summary", {}, icon("file"), h("span", { class: "title" }, name)),
    body,
  );
  details.addEventListener(
    "toggle",
    () => details.open && !body.hasChildNodes() && loadVersions(name, body),
  );
  return h("li", {}, details);
}

const pathOf = (name) =>
  `${sessionPath(store.app, store.user, store.session)}/artifacts/${name.split("/").map(encodeURIComponent).join("/")}`;

async function loadVersions(name, body) {
  const path = pathOf(name);
  try {
    const versions = (await getJson(`${path}/versions/metadata`)).toSorted(
      (one, other) => other.version - one.version,
    );
    const preview = h("div", { class: "preview" });
    const choose = h(
      "select",
      { "aria-label": `Version of ${name}` },
      versions.map((found) =>
        h(
          "option",
          { value: found.version },
          `Version ${found.version}${found.createTime ? ` · ${clock(found.createTime)}` : ""}`,
        ),
      ),
    );
    const shown = () => versions.find((found) => String(found.version) === choose.value);
    const show = () => showPreview(path, shown(), preview);
    choose.addEventListener("change", show);
    const save = h(
      "button",
      { type: "button", class: "small", onclick: () => download(path, name, choose.value) },
      icon("download"),
      "Download",
    );
    body.replaceChildren(h("div", { class: "row" }, choose, save), preview);
    await show();
  } catch (error) {
    body.replaceChildren(h("p", { class: "failure" }, icon("warn"), error.message));
  }
}

const contentOf = (path, version) => getBlob(`${path}/versions/${version}/content`);

async function showPreview(path, version, into) {
  try {
    const blob = await contentOf(path, version.version);
    const type = blob.type || version.mimeType || "";
    into.replaceChildren(
      h("p", { class: "muted" }, `${type || "no type"} · ${bytes(blob.size)}`),
      await contentView(blob, type),
    );
  } catch (error) {
    into.replaceChildren(h("p", { class: "failure" }, icon("warn"), error.message));
  }
}

async function contentView(blob, type) {
  if (type.startsWith("image/")) {
    const source = URL.createObjectURL(blob);
    return h("img", {
      src: source,
      alt: "Preview",
      class: "picture",
      onload: () => URL.revokeObjectURL(source),
    });
  }
  if (type.startsWith("text/") || /json|xml|yaml|csv|javascript/.test(type)) {
    return h(
      "pre",
      { class: "text", tabindex: 0 },
      (await blob.slice(0, 50000).text()) || "(empty)",
    );
  }
  return h("p", { class: "muted" }, "There is no preview of this type.");
}

async function download(path, name, version) {
  try {
    const source = URL.createObjectURL(await contentOf(path, version));
    h("a", {
      href: source,
      download: name
        .replace(/^user:/, "")
        .split("/")
        .at(-1),
    }).click();
    setTimeout(() => URL.revokeObjectURL(source), 1000);
  } catch (error) {
    toast(error.message, "error");
  }
}
