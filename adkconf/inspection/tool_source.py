"""Where a set of tools comes from, in a few words that hold no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.section import Section

_SCRIPT = re.compile(r"\w[\w-]*\.[a-z]{1,4}")


def tool_source(tool: ToolSpec) -> str:
    """Returns the program or host of an MCP server, or the file of a document; empty for others."""
    if tool.kind != "builtin":
        return ""
    if tool.name == "openapi":
        return PurePath(str(tool.args.get("spec") or "")).name
    if tool.name != "mcp":
        return ""
    return next(filter(None, map(_server, _levels(tool.args))), "")


def _levels(args: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields arguments, and those that are inside of google-adk's words."""
    yield args
    for value in args.values():
        if isinstance(value, Section):
            yield from _levels(value.given())


def _server(args: Mapping[str, Any]) -> str:
    if args.get("url") is not None:
        return urlsplit(str(args["url"])).netloc.rpartition("@")[2]
    if args.get("command") is None:
        return ""
    program = PurePath(str(args["command"])).name
    # Of the arguments only a script: others may be secret.
    first = [PurePath(str(word)).name for word in (args.get("args") or ())[:1]]
    return " ".join([program, *filter(_SCRIPT.fullmatch, first)])
