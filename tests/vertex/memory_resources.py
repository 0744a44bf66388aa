"""Memory Bank: facts, made of what it is given without understanding any of it."""

from __future__ import annotations

import re

from tests.vertex.vertex_server import (
    Call,
    Json,
    Refused,
    VertexServer,
    known_fields,
    now,
    public,
)

_ENGINE = r"reasoningEngines/(?P<engine>\d+)"
_REVISION_FIELDS = "revisionLabels revisionExpireTime revisionTtl disableMemoryRevisions metadata"
_INGEST_FIELDS = (
    f"scope streamId directContentsSource generationTriggerConfig forceFlush {_REVISION_FIELDS} "
    "metadataMergeStrategy"
)
_GENERATE_FIELDS = (
    "scope vertexSessionSource directContentsSource directMemoriesSource disableConsolidation "
    f"metadataMergeStrategy allowedTopics {_REVISION_FIELDS}"
)
_MEMORY_FIELDS = f"fact scope displayName description ttl expireTime topics {_REVISION_FIELDS}"
_MOST_FOUND = 3


def _create(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    body = known_fields(call.body, _MEMORY_FIELDS, "memory")
    memory_id = call.query.get("memoryId") or server.new_id()
    engine = f"reasoningEngines/{match['engine']}"
    if f"{engine}/memories/{memory_id}" in server.stored.memories:
        raise Refused(409, "ALREADY_EXISTS", f"Memory {memory_id} already exists.")
    name = _remember(server, engine, body, memory_id)
    return server.operation(engine, {"name": public(name)})


def _generate(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    body = known_fields(call.body, _GENERATE_FIELDS, "request")
    engine = f"reasoningEngines/{match['engine']}"
    facts = [
        each["fact"] for each in body.get("directMemoriesSource", {}).get("directMemories", [])
    ]
    if len(facts) > 5:
        raise Refused(400, "INVALID_ARGUMENT", "At most 5 direct memories are allowed.")
    events = body.get("directContentsSource", {}).get("events", [])
    for fact in [*facts, *_texts(events)]:
        _remember(server, engine, {"fact": fact, **body}, server.new_id())
    return server.operation(engine, {"generatedMemories": []})


def _ingest(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    body = known_fields(call.body, _INGEST_FIELDS, "request")
    engine = f"reasoningEngines/{match['engine']}"
    stream = f"{engine} {sorted(body['scope'].items())} {body.get('streamId', '')}"
    known = server.stored.streams.setdefault(stream, [])
    ids = {event["eventId"] for event in known}
    new = [
        event
        for event in body.get("directContentsSource", {}).get("events", [])
        if event["eventId"] not in ids
    ]
    known += new
    for fact in _texts(new):
        _remember(server, engine, {**body, "fact": fact}, server.new_id())
    return server.operation(engine, {})


def _texts(events: list[Json]) -> list[str]:
    return [
        part["text"] for event in events for part in event["content"]["parts"] if "text" in part
    ]


def _remember(server: VertexServer, engine: str, memory: Json, memory_id: str) -> str:
    name = f"{engine}/memories/{memory_id}"
    kept = {key: value for key, value in memory.items() if key in _MEMORY_FIELDS.split()}
    server.stored.memories[name] = {"name": name, "updateTime": now(), **kept}
    return name


def _shown(memory: Json) -> Json:
    return {**memory, "name": public(memory["name"])}


def _retrieve(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    body = known_fields(
        call.body, "scope similaritySearchParams simpleRetrievalParams filter", "request"
    )
    wanted = _words(body["similaritySearchParams"]["searchQuery"])
    ranked = [
        (len(wanted & _words(memory["fact"])), memory)
        for name, memory in server.stored.memories.items()
        if name.startswith(f"reasoningEngines/{match['engine']}/")
        and memory["scope"] == body["scope"]
    ]
    best = sorted((each for each in ranked if each[0]), key=lambda each: -each[0])[:_MOST_FOUND]
    return {
        "retrievedMemories": [
            {"memory": _shown(memory), "distance": 1 / common} for common, memory in best
        ]
    }


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _profiles(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    return {"profiles": server.stored.profiles.get(str(sorted(call.body["scope"].items())), {})}


def _get(server: VertexServer, match: re.Match[str], _: Call) -> Json:
    if match[0] not in server.stored.memories:
        raise Refused(404, "NOT_FOUND", f"Memory not found: {match[0]}")
    return _shown(server.stored.memories[match[0]])


def _delete(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    _get(server, match, call)
    del server.stored.memories[match[0]]
    return server.operation(f"reasoningEngines/{match['engine']}", {})


_MEMORY = _ENGINE + r"/memories/[^/:]+"

MEMORY_HANDLERS = [
    ("POST", _ENGINE + "/memories", _create),
    ("POST", _ENGINE + "/memories:generate", _generate),
    ("POST", _ENGINE + "/memories:ingestEvents", _ingest),
    ("POST", _ENGINE + "/memories:retrieve", _retrieve),
    ("POST", _ENGINE + "/memories:retrieveProfiles", _profiles),
    ("GET", _MEMORY, _get),
    ("DELETE", _MEMORY, _delete),
]
