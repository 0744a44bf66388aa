"""The results of tests as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from adkconf.config.spec.conversation import ConversationSpec
from adkconf.testing.outcome import Results


def results_as_json(results: Results) -> str:
    """Returns an object with counts and the tests, each with its failures as `validate` has them.

    `outcome` of a test is `passed`, `failed` or `not_run`; times are in seconds.
    """
    ran = [
        {
            **_place(outcome.test),
            "outcome": "passed" if outcome.passed else "failed",
            "seconds": round(outcome.seconds, 4),
            "failures": [asdict(failure) for failure in outcome.failures],
        }
        for outcome in results.outcomes
    ]
    not_run = [{**_place(test), "outcome": "not_run"} for test in results.not_run]
    report = {
        "app": results.app,
        "passed": len(results.outcomes) - len(results.failed),
        "failed": len(results.failed),
        "not_run": len(results.not_run),
        "seconds": round(results.seconds, 4),
        "tests": [*ran, *not_run],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _place(test: ConversationSpec) -> dict[str, Any]:
    at = test.at
    return {"name": str(test.name), "file": at.file, "line": at.line, "column": at.column}
