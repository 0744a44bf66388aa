"""Prints google-adk's cost as a multiple of adkconf's, measured side by side.

    python -m benchmarks [--quick] [--json FILE]
    python -m benchmarks validate [--quick]      adkconf validate beside check-jsonschema

Every figure is a ratio of medians of the same work in one run (of the p99 of all its requests, for
latencies); where servers are measured the engines take turns. The absolute numbers beside it depend
on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.http_load import Load, run_load, slowest
from benchmarks.servers import http_stack, memory_mib, served
from benchmarks.validate import compare

ENGINES = ("adkconf", "google.adk")
HTTP_ROUNDS = 3


@dataclass(frozen=True)
class Row:
    """One comparison; `ratio` over 1 means that adkconf is that many times better."""

    what: str
    ours: float
    theirs: float
    unit: str
    ratio: float


def cheaper(what: str, unit: str, ours: float, theirs: float) -> Row:
    return Row(what, ours, theirs, unit, theirs / ours)


def faster(what: str, unit: str, ours: float, theirs: float) -> Row:
    return Row(what, ours, theirs, unit, ours / theirs)


def turn_costs(store: str, work: str, marks: list[int]) -> list[Row]:
    costs = []
    for engine in ENGINES:
        command = [sys.executable, "-m", "benchmarks.turn_cost", engine, store, work]
        done = subprocess.run(
            [*command, *map(str, marks)], capture_output=True, text=True, check=True
        )
        costs.append(json.loads(done.stdout.splitlines()[-1]))
    return [
        cheaper(f"turn {mark:,}, {work}, {store}", "µs", costs[0][str(mark)], costs[1][str(mark)])
        for mark in marks
    ]


def start(rounds: int) -> list[Row]:
    seconds: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    memory: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for engine in ENGINES:
        with served(engine, "memory"):
            pass  # compiles what was never run
    for _ in range(rounds):
        for engine in ENGINES:
            with served(engine, "memory") as (_, process, took):
                seconds[engine].append(took * 1000)
                memory[engine].append(memory_mib(process))
    ours, theirs = (statistics.median(seconds[engine]) for engine in ENGINES)
    rows = [cheaper("start to first answer", "ms", ours, theirs)]
    ours, theirs = (statistics.median(memory[engine]) for engine in ENGINES)
    return [*rows, cheaper("resident memory after it", "MiB", ours, theirs)]


def http(store: str, path: str, clients: int, requests: int, history: int = 0) -> list[Row]:
    """Each round sends so many requests to one engine, then to the other."""
    streaming = path == "/run_sse"
    size = {"clients": clients, "requests": requests, "history": history}
    loads: dict[str, list[Load]] = {engine: [] for engine in ENGINES}
    with ExitStack() as servers:
        ports = {engine: servers.enter_context(served(engine, store))[0] for engine in ENGINES}
        for _ in range(HTTP_ROUNDS):
            for engine, port in ports.items():
                load = asyncio.run(run_load(port, path, streaming=streaming, **size))
                # google-adk loses some on SQLite («database is locked»); we may not lose any.
                assert engine != ENGINES[0] or not load.failed, f"{load.failed} requests failed"
                loads[engine].append(load)
    rates = [statistics.median(load.rate for load in loads[engine]) for engine in ENGINES]
    tails = [slowest(loads[engine]) * 1000 for engine in ENGINES]
    work = ("20 chunks, " if streaming else "") + (f"turn {history:,}, " if history else "")
    name = f"{path} {work}{store}, {clients} clients"
    return [
        faster(f"{name}: throughput", "1/s", *rates),
        cheaper(f"{name}: p99", "ms", *tails),
    ]


def plan(quick: bool) -> list[Callable[[], list[Row]]]:
    marks = [1, 100, 1000] if quick else [1, 100, 1000, 3000]
    requests = 160 if quick else 800
    return [
        lambda: start(3 if quick else 7),
        lambda: turn_costs("memory", "text", marks),
        lambda: turn_costs("memory", "tool", marks[:3]),
        lambda: turn_costs("memory", "chunks", marks[:2]),
        lambda: turn_costs("sqlite", "text", marks),
        lambda: http("memory", "/run", 1, requests),
        lambda: http("memory", "/run", 16, requests),
        lambda: http("memory", "/run_sse", 16, requests),
        lambda: http("memory", "/run", 4, requests // 12, 1000),
        lambda: http("memory", "/run_sse", 4, requests // 12, 1000),
        lambda: http("sqlite", "/run", 16, requests),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["engines", "validate"], default="engines")
    parser.add_argument("--quick", action="store_true", help="fewer samples, about three minutes")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    arguments = parser.parse_args()
    if arguments.what == "validate":
        compare(arguments.quick)
        return
    rows: list[Row] = []
    steps = plan(arguments.quick)
    print(f"HTTP with {http_stack()}; load of the machine {os.getloadavg()[0]:.1f}")
    print(f"{'':44} {'adkconf':>10} {'google-adk':>11}        {'ratio':>6}")
    for number, step in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] measuring …", end="\r", file=sys.stderr)
        for row in step():
            rows.append(row)
            print(
                f"{row.what:44} {row.ours:10,.1f} {row.theirs:11,.1f} {row.unit:>5} "
                f"{row.ratio:7.1f}"
            )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
