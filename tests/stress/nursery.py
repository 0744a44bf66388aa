"""A process that has imported what a server needs; it forks one for each folder that it reads.

It answers with the process id. Such a server is there at once, and ends like any other.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from adkconf.cli.entry import main
from tests.cli.warm import PARTS

LOG = "serve.log"


def serve(folder: Path) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    main(["serve", "app.yaml", "--port", "0"])


def nurse() -> None:
    for name in PARTS:
        import_module(name)
    gc.freeze()
    # Nobody waits for those that are killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while folder := sys.stdin.readline().strip():
        child = os.fork()
        if not child:
            serve(Path(folder))
        print(child, flush=True)


if __name__ == "__main__":
    nurse()
