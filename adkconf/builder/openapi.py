"""OpenAPI documents as they are written, as toolsets take them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adkconf.builder.components import Components
from adkconf.builder.problems import WRONG_ARGUMENT, Fault
from adkconf.config.spec.component import ToolSpec


def with_document(
    spec: ToolSpec, args: Mapping[str, Any], components: Components
) -> dict[str, Any]:
    """Returns the arguments of a toolset with the text of the document in the place of its file.

    Raises:
        Fault: the file cannot be read.
    """
    rest = {name: value for name, value in args.items() if name != "spec"}
    if args.get("spec") is None:
        return rest
    file = document_file(spec, components)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(
            WRONG_ARGUMENT,
            f"the file {str(args['spec'])!r} cannot be read: {error}",
            steps=spec.arg_steps("spec"),
        ) from error
    return {**rest, "spec_str": text, "spec_str_type": language(file)}


def document_file(spec: ToolSpec, components: Components) -> Path:
    """Returns the file with the document."""
    return components.references.beside(spec, str(spec.args["spec"]))


def language(file: Path) -> str:
    """Returns what a document is written in."""
    return "json" if file.suffix == ".json" else "yaml"
