"""A process that loads files, each in a child of its own with little time and memory.

It reads paths as JSON lines and answers with verdicts as JSON lines.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from adkconf.config import load, render

MAX_BYTES = 64 * 1024 * 1024
# Reached only by what hangs.
_PATIENCE = 20


def judge(path: str) -> dict[str, Any]:
    """Returns what loading a file comes to: its diagnostics, or what went wrong."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        with os.fdopen(writer, "w") as out:
            json.dump(_confined(path), out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"failure": signal.Signals(os.WTERMSIG(status)).name}
    return json.loads(text) if text else {"failure": f"exit {os.WEXITSTATUS(status)}"}


def _confined(path: str) -> dict[str, Any]:
    signal.alarm(_PATIENCE)
    before = _virtual_bytes("VmSize")
    resource.setrlimit(resource.RLIMIT_AS, (before + MAX_BYTES, -1))
    start = time.process_time()
    try:
        loaded = load(path, environ={"HOME": "/home/me"})
        text = render(loaded.diagnostics, sources=loaded.sources)
    except BaseException:
        return {"failure": traceback.format_exc(limit=-4)[-2000:]}
    return {
        "failure": "",
        "seconds": time.process_time() - start,
        "bytes": max(0, _virtual_bytes("VmPeak") - before),
        "accepted": loaded.ok,
        "places": [[found.line, found.column] for found in loaded.diagnostics],
        "codes": sorted({found.code for found in loaded.diagnostics}),
        "letters": len(text.encode()),
    }


def _virtual_bytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """Judges until there is nothing more to judge."""
    # What is made once per process is in no child's time.
    Path("warm.yaml").write_text(
        "name: a\nroot_agent: {model: echo, tools: [x, ./x.py:y, a.b:c]}\n"
    )
    load("warm.yaml", environ={})
    render(load("missing.yaml").diagnostics)
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
