"""A process that runs commands on apps and tells what they import, run and start.

It reads arguments of `adkconf` as JSON lines; it answers with the output and the events.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from click.testing import CliRunner

from adkconf.cli.commands import commands

STARTS = ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn")
OTHERS = ("ctypes.dlopen", "socket.connect", "pickle.find_class", "webbrowser.open")

_events: list[str] = []


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if event in STARTS or event in OTHERS:
        _events.append(f"{event} {args[0]}")
    elif event == "import" and not args[0].startswith("adkconf."):
        _events.append(f"import {args[0]}")
    elif event == "exec" and _is_foreign(args[0].co_filename):
        _events.append(f"exec {args[0].co_filename}")


def _is_foreign(file: str) -> bool:
    return file.endswith(".py") and "/adkconf/" not in file


def run(arguments: list[str]) -> dict[str, Any]:
    """Runs one command."""
    _events.clear()
    result = CliRunner().invoke(commands, arguments)
    return {"code": result.exit_code, "output": result.output, "events": list(_events)}


def main() -> None:
    """Runs what it is told to; what the commands need themselves is imported before."""
    lines = iter(sys.stdin)
    for arguments in json.loads(next(lines)):
        run(arguments)
    sys.addaudithook(_hear)
    for line in lines:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
