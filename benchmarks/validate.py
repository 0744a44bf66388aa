"""`adkconf validate` beside check-jsonschema on the same files and schema, and how it starts.

    python -m benchmarks validate [--quick]

Times are of the processors (user and system, children included), so that what else the machine
does counts for little, and of the clock. Both tools check as many files with one command; what one
file costs is the difference to a command with one file.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
BASELINE = [sys.executable, "-c", "import yaml, jsonschema, pydantic, click"]
HELPERS = 12


@dataclass(frozen=True)
class Cost:
    """Seconds of the processors and of the clock."""

    work: float
    clock: float


def compare(quick: bool) -> None:
    rounds, count = (2, 60) if quick else (5, 200)
    with TemporaryDirectory() as directory:
        files = [write_app(Path(directory), number) for number in range(count)]
        tools = {
            "adkconf": [sys.executable, "-m", "adkconf", "validate"],
            "check-jsonschema": [
                *(sys.executable, "-m", "check_jsonschema"),
                *("--schemafile", str(ROOT / "schemas/app.schema.json")),
            ],
        }
        one = {name: measure([*tool, files[0]], rounds) for name, tool in tools.items()}
        many = {name: measure([*tool, *files], rounds) for name, tool in tools.items()}
    start = measure(BASELINE, rounds)
    print(f"{'':34} {'adkconf':>11} {'check-jsonschema':>17} {'ratio':>6}")
    for what in ("work", "clock"):
        alone = [getattr(cost, what) for cost in one.values()]
        together = [getattr(cost, what) for cost in many.values()]
        each = [(more - less) / (count - 1) for more, less in zip(together, alone, strict=True)]
        show(f"per file of {count}, {what}", *each)
        show(f"one file, {what}", *alone)
    print(f"start, as a multiple of the imports of others: {one['adkconf'].work / start.work:.2f}")


def show(what: str, ours: float, theirs: float) -> None:
    print(f"{what:34} {1000 * ours:8.1f} ms {1000 * theirs:14.1f} ms {theirs / ours:6.1f}")


def measure(command: list[str], rounds: int) -> Cost:
    """Returns the least of several rounds, after one that fills caches."""
    costs = [_run(command) for _ in range(rounds + 1)][1:]
    return Cost(min(cost.work for cost in costs), min(cost.clock for cost in costs))


def _run(command: list[str]) -> Cost:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # A cache of compiled modules is what users have; some environments turn it off.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(work, clock)


def write_app(directory: Path, number: int) -> str:
    """Writes an app of a hundred lines: agents with instructions, settings and a key each."""
    helpers = "".join(
        f"    - name: helper_{index}\n"
        "      description: Knows about things.\n"
        "      model: echo\n"
        "      instruction: |\n"
        "        You know about things and say so.\n"
        "        Be concise and polite.\n"
        "      generate_content_config: {temperature: 0.2, max_output_tokens: 500}\n"
        f"      output_key: answer_{index}\n"
        for index in range(HELPERS)
    )
    file = directory / f"{number:03}.yaml"
    file.write_text(
        f"name: app_{number}\nroot_agent:\n  name: root\n  model: echo\n"
        f"  instruction: Send the user to who knows.\n  sub_agents:\n{helpers}"
        "plugins: [logging]\nrun: {max_llm_calls: 20}\n"
    )
    return str(file)
