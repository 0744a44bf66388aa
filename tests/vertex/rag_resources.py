"""A RAG corpus: files, cut into pieces of lines that overlap."""

from __future__ import annotations

import re

from tests.vertex.vertex_server import (
    Call,
    Json,
    Refused,
    VertexServer,
    known_fields,
    local,
    public,
)

_CORPUS = r"ragCorpora/(?P<corpus>\w+)"
_LINES_PER_PIECE = 3
_OVERLAP = 1


def _upload(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    """The two steps of Google's resumable uploads."""
    command = call.headers.get("x-goog-upload-command")
    if command == "start" and not call.query:
        body = known_fields(call.body, "ragFile uploadRagFileConfig", "request")
        upload_id = server.new_id()
        length = call.headers["x-goog-upload-header-content-length"]
        server.stored.uploads[upload_id] = {**body["ragFile"], "length": int(length)}
        address = f"{server.upload_host}{call.path}?upload_id={upload_id}"
        return {"_headers": {"x-goog-upload-url": address, "x-goog-upload-status": "active"}}
    started = server.stored.uploads.pop(call.query.get("upload_id", ""), None)
    if command != "upload, finalize" or started is None or len(call.body) != started["length"]:
        raise Refused(400, "INVALID_ARGUMENT", "Not an upload that was started.")
    name = f"ragCorpora/{match['corpus']}/ragFiles/{server.new_id()}"
    text = call.body.decode()
    server.stored.rag_files[name] = {
        "name": name,
        "displayName": started["displayName"],
        "text": text,
    }
    return {"ragFile": {"name": public(name)}, "_headers": {"x-goog-upload-status": "final"}}


def _list(server: VertexServer, match: re.Match[str], call: Call) -> Json:
    files = [
        {"name": public(name), "displayName": file["displayName"]}
        for name, file in server.stored.rag_files.items()
        if name.startswith(f"ragCorpora/{match['corpus']}/")
    ]
    return server.page(files, call, "ragFiles")


def _delete(server: VertexServer, match: re.Match[str], _: Call) -> Json:
    if server.stored.rag_files.pop(match[0], None) is None:
        raise Refused(404, "NOT_FOUND", f"RagFile not found: {match[0]}")
    return server.operation(f"ragCorpora/{match['corpus']}", {})


def _retrieve(server: VertexServer, _: re.Match[str], call: Call) -> Json:
    body = known_fields(call.body, "vertexRagStore query", "request")
    query = known_fields(body["query"], "text similarityTopK ragRetrievalConfig", "query")
    wanted = set(re.findall(r"\w+", query["text"].lower()))
    contexts = []
    for resource in body["vertexRagStore"]["ragResources"]:
        if not resource["ragCorpus"].startswith("projects/"):
            raise Refused(400, "INVALID_ARGUMENT", "ragCorpus must be a full resource name.")
        prefix = local(resource["ragCorpus"]) + "/ragFiles/"
        only = resource.get("ragFileIds")
        for name, file in server.stored.rag_files.items():
            if name.startswith(prefix) and (only is None or name.removeprefix(prefix) in only):
                contexts += [
                    {"sourceDisplayName": file["displayName"], "text": piece}
                    for piece in _pieces(file["text"])
                    if wanted & set(re.findall(r"\w+", piece.lower()))
                ]
    return {"contexts": {"contexts": contexts[: query.get("similarityTopK", 10)]}}


def _pieces(text: str) -> list[str]:
    lines = text.split("\n")
    step = _LINES_PER_PIECE - _OVERLAP
    return ["\n".join(lines[n : n + _LINES_PER_PIECE]) for n in range(0, len(lines), step)]


RAG_HANDLERS = [
    ("POST", _CORPUS + "/ragFiles:upload", _upload),
    ("GET", _CORPUS + "/ragFiles", _list),
    ("DELETE", _CORPUS + r"/ragFiles/\w+", _delete),
    ("POST", "/?:retrieveContexts", _retrieve),
]
