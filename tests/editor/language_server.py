"""A client for the YAML language server that editors use (the npm package)."""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path
from typing import Any


class LanguageServer:
    """Speaks JSON-RPC over the server's standard streams."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(program), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        self._numbers = itertools.count(1)
        self._notes: list[dict[str, Any]] = []
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities={})
        self._send(method="initialized", params={})

    def open(self, path: Path, text: str) -> None:
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})

    def diagnostics(self, path: Path) -> list[dict[str, Any]]:
        """Waits for the problems the server finds in a document."""
        while True:
            for note in self._notes:
                if note["params"].get("uri") == path.as_uri() and "diagnostics" in note["params"]:
                    found: list[dict[str, Any]] = note["params"]["diagnostics"]
                    return found
            self._read()

    def at(self, method: str, path: Path, line: int, column: int) -> Any:
        """Asks about a position; lines and columns count from 0."""
        return self.ask(
            f"textDocument/{method}",
            textDocument={"uri": path.as_uri()},
            position={"line": line, "character": column},
        )

    def ask(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._send(id=number, method=method, params=params)
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(stream.read(length))
        if "method" in message and "id" in message:
            # The server asks for its settings; it works with the defaults.
            items = message["params"].get("items", ()) if message.get("params") else ()
            self._send(id=message["id"], result=[{} for _ in items])
        elif "method" in message:
            self._notes.append(message)
        return message


def labels(result: Any) -> set[str]:
    """Returns what a completion proposes."""
    return {item["label"] for item in (result["items"] if isinstance(result, dict) else result)}
