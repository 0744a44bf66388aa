// The events of a session as the page shows them: fragments folded, runs put together.

export const REQUESTS = {
  confirmation: "adk_request_confirmation",
  credential: "adk_request_credential",
  input: "adk_request_input",
};

export const partsOf = (event) => event.content?.parts ?? [];
export const callsOf = (event) => partsOf(event).flatMap((part) => part.functionCall ?? []);
export const answersOf = (event) => partsOf(event).flatMap((part) => part.functionResponse ?? []);
export const textOf = (event) =>
  partsOf(event)
    .filter((part) => !part.thought)
    .map((part) => part.text ?? "")
    .join("");

export class Log {
  // Entries are { key, event, fragments, began, version, rewound }.
  // `heard` is the log of the stream, which alone knows of fragments.
  constructor(events = [], heard = null) {
    this.entries = [];
    this.growing = new Map(); // entries of fragments only, by who says them
    this.answers = new Map(); // lists of function responses, by the ids of their calls
    for (const event of events) this.add(event);
    const fragments = new Map(heard?.entries.map((entry) => [entry.key, entry.fragments]));
    for (const entry of this.entries) entry.fragments ||= fragments.get(entry.key) ?? 0;
  }

  add(event) {
    const last = this.entries.at(-1);
    // What was just sent belongs to the run that answers it.
    if (last && !last.event.invocationId) last.event.invocationId = event.invocationId;
    const speaker = speakerOf(event);
    const grown = this.growing.get(speaker);
    if (grown && (event.partial || isWhole(event))) return this.#fold(grown, event, speaker);
    const entry = {
      key: event.id ?? `local-${this.entries.length}`,
      event,
      fragments: event.partial ? 1 : 0,
      began: event.timestamp,
      version: 0,
      rewound: false,
    };
    this.entries.push(entry);
    if (event.partial) this.growing.set(speaker, entry);
    for (const answer of answersOf(event))
      this.answers.set(answer.id, [...this.answersTo(answer.id), answer]);
    this.#markRewound(event.actions?.rewindBeforeInvocationId);
  }

  #fold(entry, event, speaker) {
    entry.version += 1;
    if (!event.partial) this.growing.delete(speaker);
    else {
      entry.fragments += 1;
      event = {
        ...event,
        content: { ...event.content, parts: joined(partsOf(entry.event), partsOf(event)) },
      };
    }
    entry.event = event;
  }

  #markRewound(before) {
    if (!before) return;
    const start = this.entries.findIndex(
      (entry) => entry.event.invocationId === before && !entry.rewound,
    );
    if (start < 0) return;
    for (const entry of this.entries.slice(start, -1)) {
      entry.rewound = true;
      entry.version += 1;
    }
  }

  // [{ id, entries, began, ended, calls, tokens }]: events of one invocation that follow each other.
  runs() {
    const runs = [];
    for (const entry of this.entries) {
      const id = entry.event.invocationId ?? "";
      if (runs.at(-1)?.id !== id) runs.push({ id, entries: [] });
      runs.at(-1).entries.push(entry);
    }
    return runs.map(summed);
  }

  // Calls that wait for a person, with the event that has them.
  pending() {
    const answered = new Set(
      this.entries
        .filter((entry) => entry.event.author === "user" && !entry.rewound)
        .flatMap((entry) => answersOf(entry.event).map((answer) => answer.id)),
    );
    return this.entries
      .filter((entry) => !entry.rewound)
      .flatMap((entry) => {
        const waiting = new Set(entry.event.longRunningToolIds ?? []);
        const open = callsOf(entry.event).filter(
          (call) => waiting.has(call.id) && !answered.has(call.id),
        );
        return open.map((call) => ({ call, event: entry.event }));
      });
  }

  answersTo(callId) {
    return this.answers.get(callId) ?? [];
  }
}

function summed(run) {
  const times = run.entries.map((entry) => entry.event.timestamp).filter(Boolean);
  const usages = run.entries.map((entry) => entry.event.usageMetadata).filter(Boolean);
  return {
    ...run,
    began: Math.min(...run.entries.map((entry) => entry.began ?? Infinity)),
    ended: Math.max(...times),
    calls: usages.length,
    tokens: usages.reduce((sum, usage) => sum + (usage.totalTokenCount ?? 0), 0),
  };
}

// Agents of a workflow speak at the same time, one in several branches too.
const speakerOf = ({ invocationId, author, branch, nodeInfo }) =>
  [invocationId, author, branch, nodeInfo?.path].join();

// What an agent notes in between does not end what it says.
const isWhole = (event) => partsOf(event).length > 0 || event.errorCode || event.errorMessage;

// Text of fragments goes on where the one before ended.
function joined(before, after) {
  const parts = [...before];
  for (const part of after) {
    const last = parts.at(-1);
    const goesOn =
      part.text !== undefined &&
      last?.text !== undefined &&
      Boolean(last.thought) === Boolean(part.thought);
    if (goesOn) parts[parts.length - 1] = { ...last, text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}

export const KINDS = {
  user: "User",
  model: "Model",
  call: "Tool call",
  result: "Tool result",
  transfer: "Transfer",
  request: "Question",
  state: "State",
  artifact: "Artifact",
  rewind: "Rewind",
  compaction: "Summary",
  error: "Error",
  event: "Event",
};

// What an event is above all.
export function kindOf(event) {
  const actions = event.actions ?? {};
  if (event.errorCode || event.errorMessage) return "error";
  if (actions.rewindBeforeInvocationId) return "rewind";
  if (actions.compaction) return "compaction";
  if (actions.transferToAgent) return "transfer";
  const calls = callsOf(event);
  if (calls.some((call) => Object.values(REQUESTS).includes(call.name))) return "request";
  if (calls.length) return "call";
  if (answersOf(event).length) return event.author === "user" ? "user" : "result";
  if (partsOf(event).length) return event.author === "user" ? "user" : "model";
  if (Object.keys(actions.artifactDelta ?? {}).length) return "artifact";
  if (Object.keys(actions.stateDelta ?? {}).length) return "state";
  return "event";
}
