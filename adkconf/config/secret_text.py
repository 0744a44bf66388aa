"""What is secret, told by the name of its key or variable, or by its own shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from adkconf.config.located import Step

MASK = "***"

_STEP = re.compile(r"[^.\[\]]+")
_SECRET = re.compile(
    r"(?:password|passwd|passphrase|secret|token|bearer|authorization|cookie"
    # OAuth2's flow of this name has only addresses in it.
    r"|(?<!client_)credentials|service_account_(?:credential|info)"
    r"|api_?key|access_?key|private_?key|secret_?key|signing_key|encryption_key)s?$"
)
# As parts of longer names (`output_key`) they say nothing.
_SECRET_ALONE = ("dsn", "key", "pass", "pat", "pwd")
_SECRET_VARIABLE = re.compile(
    r".*(?:password|passwd|secret|token|credential|api_?key).*|.*_(?:key|pass|dsn|pat)"
)
# Numbers of what models read and write.
_COUNTED = re.compile(r"(?:min|max)_(?:\w+_)?tokens")
# Whom a secret belongs to is none.
_NEVER_SECRET = ("subject",)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Below these, keys are names that the author chose.
_OWN_NAMES = ("models", "nodes", "profiles", "properties")

# What services give out as keys; long enough that no word of a prompt is taken for one.
_SHAPES = {
    "a Google API key": r"AIza[0-9A-Za-z_-]{35}",
    "an AWS access key": r"(?:AKIA|ASIA)[0-9A-Z]{16}",
    "a GitHub token": r"gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{50,}",
    "a GitLab token": r"glpat-[0-9A-Za-z_-]{20,}",
    "a Slack token": r"xox[abeoprs]-[0-9A-Za-z-]{10,}",
    "an API key": r"sk-(?:[a-z]+-)*[0-9A-Za-z_-]{20,}",
    "a Hugging Face token": r"hf_[0-9A-Za-z]{30,}",
    "a Google access token": r"ya29\.[0-9A-Za-z_-]{20,}",
    "a signed token": r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]+-----|\Z)",
}
_SHAPE = re.compile(
    r"(?<![0-9A-Za-z_-])(?:"
    + "|".join(f"(?P<s{number}>{shape})" for number, shape in enumerate(_SHAPES.values()))
    + ")",
    re.ASCII,
)
# Not one of them is shorter.
_SHORTEST = 15
_URI_PASSWORD = re.compile(r"(?P<before>//[^:@/\s]*:)(?P<password>[^@/\s]+)@")
_PARAMETER = re.compile(r"[?&](?P<key>[\w.-]+)=(?P<value>[^&#\s\"']+)")
_KEY = re.compile(r"(?<![\w-])(?P<key>[\w-]+)[\"']?\s*:\s+")
_COUNT = re.compile(r"(?<=s: )\d+\s*(?:[,}#]|$)")
# What a value on one line is made of: words that may stay, quoted texts, brackets, the next key.
_PIECE = re.compile(
    r"(?P<reference>\$\{\w+(?::?\?[^}]*)?\}|\$\{file:[^}]*\})"
    r"|(?P<quoted>\"(?:\\.|[^\"\\])*\"?|'[^']*'?)|(?P<opening>[\[{])|(?P<closing>[\]}])"
    r"|(?P<next>,\s*(?=[\w\"'-]+\s*:\s))|(?P<word>[^\s,\[\]{}\"']+)"
)
_QUOTED_REFERENCE = re.compile(r"""["']\$\{(?:\w+(?::?\?[^}]*)?|file:[^}]*)\}["']""")


@dataclass(frozen=True)
class SecretText:
    """A part of a text that is secret by its shape: what it is, and from where to where."""

    what: str
    start: int
    end: int


@lru_cache(maxsize=1024)
def says_secret(key: str) -> bool:
    """Tells whether the name of a key says that what it has is secret, or may be."""
    words = _CAMEL.sub("_", key).replace("-", "_").lower()
    if _COUNTED.fullmatch(words):
        return False
    # A reference is not what its class is called.
    return may_say_secret(words) or (_SECRET.search(words) is not None and ":" not in key)


def may_say_secret(key: str) -> bool:
    """Tells whether a key's name may mean a secret or something else: a bare `key`."""
    return key.lower() in _SECRET_ALONE


def variable_says_secret(name: str) -> bool:
    """Tells whether the name of an environment variable says it."""
    return _SECRET_VARIABLE.fullmatch(name.lower()) is not None


def is_secret_place(steps: tuple[Step, ...]) -> bool:
    """Tells whether a key on the way to a value says that the value is secret."""
    if steps and is_never_secret(steps[-1]):
        return False
    return any(map(is_secret_step, steps, (None, *steps)))


def is_secret_step(step: Step, above: Step | None) -> bool:
    """Tells whether a step to a value says that what is there is secret; `above` is the one before.

    Only `is_never_secret` of the last step speaks against it.
    """
    return isinstance(step, str) and above not in _OWN_NAMES and says_secret(step)


def is_never_secret(step: Step) -> bool:
    """Tells whether what has a name is public, wherever it is."""
    return step in _NEVER_SECRET


def is_secret_path(path: str) -> bool:
    """Tells the same of a path like `server.auth.bearer[0]`."""
    return is_secret_place(tuple(_STEP.findall(path)))


def find_secrets(text: str) -> Iterator[SecretText]:
    """Yields what looks like a key, and the passwords of URIs."""
    if len(text) < _SHORTEST and "//" not in text:
        return
    kinds = tuple(_SHAPES)
    for found in _SHAPE.finditer(text):
        yield SecretText(kinds[int((found.lastgroup or "s0")[1:])], *found.span())
    for found in _URI_PASSWORD.finditer(text):
        yield SecretText("a password", *found.span("password"))


def mask(text: str) -> str:
    """Returns a text without what `find_secrets` finds in it."""
    text = _SHAPE.sub(MASK, text)
    return _URI_PASSWORD.sub(rf"\g<before>{MASK}@", text)


def starred(line: str) -> str:
    """Returns a line of YAML as long as it is, with stars for what may be secret in it."""
    hidden = [(found.start, found.end) for found in find_secrets(line)]
    hidden += [
        found.span("value") for found in _PARAMETER.finditer(line) if says_secret(found["key"])
    ]
    for found in _KEY.finditer(line):
        # A number of tokens is no token.
        if says_secret(found["key"]) and not _COUNT.match(line, found.end()):
            hidden += _words(line, found.end())
    for start, end in hidden:
        line = line[:start] + "*" * (end - start) + line[end:]
    return line


def _words(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yields where the words of a value are that begins at an index; not those of references."""
    depth = 0
    for piece in _PIECE.finditer(line, start):
        match piece.lastgroup:
            case "opening":
                depth += 1
            case "closing":
                depth -= 1
            case "word":
                yield piece.span()
            case "quoted" if not _QUOTED_REFERENCE.fullmatch(piece[0]):
                closed = len(piece[0]) > 1 and piece[0].endswith(piece[0][0])
                yield piece.start() + 1, piece.end() - closed
        if depth < 0 or (depth == 0 and piece.lastgroup == "next"):
            return
