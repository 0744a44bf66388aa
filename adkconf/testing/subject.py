"""The app as a test has it: with stores of its own, and models that need no network."""

from __future__ import annotations

from dataclasses import replace

from adkconf.builder.stand_ins import StandIns
from adkconf.config.linting.subject import Subject, is_offline
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec, ServicesSpec
from adkconf.config.spec.conversation import ConversationSpec
from adkconf.config.spec.policies import CompactionSpec


def subject_of(
    loaded: Loaded, spec: AppSpec, test: ConversationSpec, *, live: bool
) -> tuple[Loaded, StandIns]:
    """Returns what to build for a test: services in memory, its models in place of the app's."""
    named = {name: model for name, model in test.models.items() if name in spec.models}
    compaction, summaries = _with_summaries(spec, test, live=live)
    changes = {
        "services": ServicesSpec(),
        "models": {**spec.models, **named},
        "compaction": compaction,
        "tests": (test,),
    }
    changed = spec.model_copy(update=changes)
    models = {name: Subject(changed).unnamed(model) for name, model in test.models.items()}
    stand_ins = StandIns(models, test, frozenset({*spec.models, *summaries}), live)
    return replace(loaded, spec=changed), stand_ins


def _with_summaries(
    spec: AppSpec, test: ConversationSpec, *, live: bool
) -> tuple[CompactionSpec | None, set[str]]:
    """Returns the compaction with another model if need be, and the name of its own.

    Summaries whose model may not be asked are written by that of the root agent.
    """
    compaction = spec.compaction
    summarizer = compaction.summarizer if compaction is not None else None
    if compaction is None or summarizer is None or summarizer.model is None:
        return compaction, set()
    model = summarizer.model
    name = str(model.args.get("model", model.name))
    if name in test.models:
        changed = summarizer.model_copy(update={"model": test.models[name]})
    elif live or is_offline(Subject(spec).unnamed(model)):
        changed = summarizer
    else:
        changed = summarizer.model_copy(update={"model": None})
    return compaction.model_copy(update={"summarizer": changed}), {name}
