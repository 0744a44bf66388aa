"""The app as a test has it: with stores of its own, and models that need no network."""

from __future__ import annotations

from dataclasses import replace

from adkconf.builder.stand_ins import CODE, StandIns
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
    changes = {
        "services": ServicesSpec(),
        "models": {**spec.models, **named},
        "tests": (test,),
    }
    subject = Subject(spec.model_copy(update=changes))
    compaction, summaries = _with_summaries(subject, test, live=live)
    models = {name: subject.unnamed(model) for name, model in test.models.items()}
    stand_ins = StandIns(models, test, frozenset({*spec.models, *summaries}), live)
    changed = subject.app.model_copy(update={"compaction": compaction})
    return replace(loaded, spec=changed), stand_ins


def _with_summaries(
    subject: Subject, test: ConversationSpec, *, live: bool
) -> tuple[CompactionSpec | None, set[str]]:
    """Returns the compaction with another model if need be, and the name of its own.

    Summaries whose model may not be asked are written by that of the root agent.
    """
    compaction = subject.app.compaction
    summarizer = compaction.summarizer if compaction is not None else None
    if compaction is None or summarizer is None or summarizer.model is None:
        return compaction, set()
    name = str(summarizer.model.args.get("model", summarizer.model.name))
    model = test.models.get(name, summarizer.model)
    plain = subject.unnamed(model)
    is_stand_in = name in test.models and plain.kind in CODE
    allowed = model if live or is_stand_in or is_offline(plain) else None
    changed = summarizer.model_copy(update={"model": allowed})
    return compaction.model_copy(update={"summarizer": changed}), {name}
