"""What google-adk has given up, and what has no effect where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject


def deprecated(subject: Subject) -> Iterator[Diagnostic]:
    """Yields keys that have a successor."""
    if subject.app.run.save_input_blobs_as_artifacts:
        yield subject.app.run.diagnostic(
            "W812",
            "'save_input_blobs_as_artifacts' is deprecated in google-adk",
            hint="use the plugin save_files_as_artifacts",
            steps=("save_input_blobs_as_artifacts",),
            key=True,
            severity="warning",
        )
    for placed, agent in subject.llm_agents:
        if agent.global_instruction and agent is subject.app.root_agent:
            yield agent.diagnostic(
                "W812",
                "'global_instruction' of an agent is deprecated in google-adk",
                hint="use the plugin global_instruction",
                steps=("global_instruction",),
                key=True,
                severity="warning",
            )
        elif agent.global_instruction and placed.above:
            yield agent.diagnostic(
                "W815",
                "'global_instruction' has no effect here: only that of the topmost agent counts",
                hint="move it there, or use the plugin global_instruction",
                steps=("global_instruction",),
                key=True,
                severity="warning",
            )
