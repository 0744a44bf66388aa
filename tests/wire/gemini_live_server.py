"""A local server that speaks the wire format of Gemini's Live API, over TLS as the SDK insists.

A test gives it one script per connection; the real SDK talks to it. `live_fixtures.py` has the
pytest fixture.
"""

from __future__ import annotations

import asyncio
import base64
import datetime
import ipaddress
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic.alias_generators import to_camel
from websockets.asyncio.server import ServerConnection, serve

Json = dict[str, Any]


def model_turn(*parts: Json, **content: Any) -> Json:
    """What the model says, in parts; `content` is sent beside it."""
    return {"serverContent": {"modelTurn": {"role": "model", "parts": list(parts)}, **content}}


def text(words: str, **fields: Any) -> Json:
    return model_turn({"text": words, **fields})


def sound(data: bytes) -> Json:
    blob = {"mimeType": "audio/pcm;rate=24000", "data": base64.b64encode(data).decode()}
    return model_turn({"inlineData": blob})


def heard(words: str, **fields: Any) -> Json:
    return {"serverContent": {"inputTranscription": {"text": words, **fields}}}


def spoken(words: str, **fields: Any) -> Json:
    return {"serverContent": {"outputTranscription": {"text": words, **fields}}}


def content(**fields: Any) -> Json:
    return {"serverContent": fields}


def calls(*named: tuple[str, str, Json]) -> Json:
    """Function calls: their ids, names and arguments."""
    made = [{"id": id_, "name": name, "args": args} for id_, name, args in named]
    return {"toolCall": {"functionCalls": made}}


def handle(name: str) -> Json:
    return {"sessionResumptionUpdate": {"newHandle": name, "resumable": True}}


COMPLETE = content(turnComplete=True)
INTERRUPTED = content(interrupted=True)
GO_AWAY: Json = {"goAway": {"timeLeft": "1s"}}


class LiveCall:
    """One connection as a script sees it; `received` has every message after the setup."""

    def __init__(self, socket: ServerConnection, setup: Json) -> None:
        self._socket = socket
        self.setup = setup
        self.received: list[Json] = []

    async def hear(self, kind: str) -> Json:
        """Waits for the next message of a kind, such as `clientContent`, and returns its body."""
        while True:
            message: Json = _camel(json.loads(await self._socket.recv()))
            self.received.append(message)
            if kind in message:
                body: Json = message[kind]
                return body

    async def say(self, *messages: Json) -> None:
        for message in messages:
            await self._socket.send(json.dumps(message).encode())

    async def close(self, code: int = 1000, reason: str = "") -> None:
        await self._socket.close(code, reason)

    async def drop(self) -> None:
        """Cuts the connection without a word."""
        self._socket.transport.abort()

    async def until_closed(self) -> None:
        await self._socket.wait_closed()


Script = Callable[[LiveCall], Awaitable[None]]


class GeminiLiveServer:
    """Plays one script for each connection, in order; `calls` are the connections so far."""

    def __init__(self) -> None:
        self.url = ""
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        self.calls: list[LiveCall] = []
        self.session_id: str | None = "session-1"
        self._scripts: deque[Script] = deque()

    def put(self, *scripts: Script) -> None:
        self._scripts.extend(scripts)

    @asynccontextmanager
    async def running(self, certificate: Path) -> AsyncIterator[GeminiLiveServer]:
        """Serves while the block runs, with a certificate made by `make_certificate`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        async with serve(self._answer, "127.0.0.1", 0, ssl=context, close_timeout=1) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"https://127.0.0.1:{port}"
            yield self

    async def _answer(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self.keys.append(socket.request.headers.get("x-goog-api-key"))
        call = LiveCall(socket, _camel(json.loads(await socket.recv()))["setup"])
        self.calls.append(call)
        if not self._scripts:
            await call.close(1011, "the test put no script in")
            return
        script = self._scripts.popleft()
        session = {"sessionId": self.session_id} if self.session_id else {}
        await call.say({"setupComplete": session})
        await script(call)


def make_certificate(directory: Path) -> Path:
    """Writes a key and a certificate for this machine into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = directory / "server.pem"
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


def _camel(value: Any) -> Any:
    """Writes keys in one way: the SDK leaves some of them as they are in Python."""
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {to_camel(key): _camel(item) for key, item in value.items()}


async def silence(call: LiveCall) -> None:
    """A script of a model that never answers."""
    await call.until_closed()


async def soon(condition: Callable[[], object]) -> None:
    """Waits until something is true."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the condition has no event)
            await asyncio.sleep(0.01)
