"""The JSON schema of one project: the language, with the components that the project adds to it.

They are read from their code and docstrings; nothing is imported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adkconf.config.catalog.extensions import extensions
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.loading import load
from adkconf.config.python.constructors import Signatures
from adkconf.config.python.discovery import AGENT, FUNCTION, find_offers
from adkconf.config.python.documentation import read_documents
from adkconf.config.python.library import Found, Library
from adkconf.config.python.signature import Parameter, Signature
from adkconf.config.python.source import Origin
from adkconf.config.schema.fields import definition_name
from adkconf.config.schema.generate import json_schema
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ComponentSpec
from adkconf.config.spec.contained import sections_in
from adkconf.config.spec.reference import PythonRef

Schema = dict[str, Any]

_SINGLE_TYPES = ["string", "number", "boolean", "array"]


@dataclass(frozen=True)
class _Addition:
    """A component that the published schema does not have."""

    kind: str
    name: str
    found: Found | None
    called: bool

    def is_function(self) -> bool:
        return self.found is not None and self.found.definition.kind == "function"


def project_schema_text(file: Path) -> str:
    """Returns the schema of the project of an app's file, as the text of a file."""
    return json.dumps(project_schema(file), indent=2, ensure_ascii=False) + "\n"


def project_schema(file: Path) -> Schema:
    """Returns the schema of the project of an app's file.

    What is wrong in the file is no hindrance. If nothing is, what it calls with arguments is
    described too, like functions that make plugins.
    """
    return _ProjectSchema(Path(os.path.abspath(file))).made()


class _ProjectSchema:
    """Puts the schema of a project together."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._library = Library(file.parent)
        self._signatures = Signatures(self._library)
        self._schema = json_schema()

    def made(self) -> Schema:
        definitions = self._schema["$defs"]
        for addition in self._additions():
            if addition.kind == AGENT:
                self._add_agent(definitions["CustomAgentSpec"], addition)
            elif addition.kind == FUNCTION:
                definitions["Reference"].setdefault("examples", []).append(addition.name)
            else:
                self._add(definitions[definition_name(addition.kind)]["anyOf"], addition)
        return self._schema

    def _additions(self) -> list[_Addition]:
        """Returns each component once; one that the file uses with arguments takes some."""
        found = sorted((*self._offered(), *self._used()), key=lambda item: item.called)
        return list({(item.kind, item.name): item for item in found}.values())

    def _offered(self) -> Iterator[_Addition]:
        for offer in find_offers(self._file.parent, self._library):
            yield _Addition(offer.kind, offer.reference, offer.found, called=False)
            if offer.kind == FUNCTION:
                yield _Addition("tool", offer.reference, offer.found, called=False)
        for family in CATALOGS:
            for name, entry in extensions(family).items():
                origin = Origin(entry.module, entry.attr)
                found = self._library.find_origin(origin, self._file)
                yield _Addition(family, name, found, called=True)

    def _used(self) -> Iterator[_Addition]:
        spec: AppSpec | None = load(self._file).spec
        for section in sections_in(spec) if spec is not None else ():
            if isinstance(section, ComponentSpec) and section.ref is not None:
                found = self._find(section.ref)
                yield _Addition(section.family, section.ref.text, found, called=section.called)

    def _find(self, ref: PythonRef) -> Found | None:
        if ref.file is not None:
            return self._library.find(ref.file, ref.attribute)
        return self._library.find_origin(Origin(ref.module or "", ref.attribute), self._file)

    def _add(self, forms: list[Schema], addition: _Addition) -> None:
        signature = self._signatures.of(addition.found) if addition.found else None
        documents = read_documents(addition.found.definition) if addition.found else None
        about = documents.summary if documents else ""
        arguments = _arguments(signature, documents.parameters if documents else {})
        needs = signature is not None and any(item.required for item in signature.parameters)
        is_tool = addition.kind == "tool" and addition.is_function()
        name: Schema = {"const": addition.name, "description": about}
        if is_tool or not needs:
            forms.insert(0, name)
        for form in forms:
            properties = form.get("properties", {})
            if "patternProperties" in form and not (is_tool and not addition.called):
                choices = _choices(signature, arguments, needs=needs and not is_tool)
                properties[addition.name] = {"description": about, **choices}
            elif properties.keys() == {"name", "args"}:
                properties["name"]["anyOf"].insert(0, name)
                if arguments is not None:
                    form.setdefault("allOf", []).append(_if_named(name, arguments, needs=needs))

    def _add_agent(self, definition: Schema, addition: _Addition) -> None:
        found = addition.found
        signature = self._signatures.of(found) if found else None
        known = definition["properties"]
        agent_class = known["agent_class"]
        agent_class["examples"] = [*agent_class.get("examples", ()), addition.name]
        if found is None or signature is None:
            return
        texts = read_documents(found.definition).parameters
        fields = _properties(signature, texts)
        own = {name: field for name, field in fields.items() if name not in known}
        condition = {"properties": {"agent_class": {"const": addition.name}}}
        definition.setdefault("allOf", []).append({"if": condition, "then": {"properties": own}})


def _arguments(signature: Signature | None, texts: Mapping[str, str]) -> Schema | None:
    if signature is None:
        return None
    return {**signature.schema(), "properties": _properties(signature, texts)}


def _properties(signature: Signature, texts: Mapping[str, str]) -> Schema:
    return {item.name: _documented(item, texts) for item in signature.parameters}


def _documented(parameter: Parameter, texts: Mapping[str, str]) -> Schema:
    about = texts.get(parameter.name) or parameter.description
    written = f"`{parameter.annotation}`" if parameter.annotation else ""
    text = "\n\n".join(filter(None, [about, written]))
    return {"title": parameter.name, "description": text, **parameter.schema}


def _choices(signature: Signature | None, arguments: Schema | None, *, needs: bool) -> Schema:
    """Returns what may stand behind a component's name: arguments, or one value."""
    if signature is None or arguments is None:
        return {}
    forms = [arguments]
    if signature.parameters:
        forms += _single(signature.parameters[0].schema)
    if not needs:
        forms.append({"type": "null"})
    return {"anyOf": forms}


def _single(schema: Mapping[str, Any]) -> list[Schema]:
    """Returns the forms of a value of this schema that is no mapping."""
    if "anyOf" in schema:
        return [form for branch in schema["anyOf"] for form in _single(branch)]
    if not schema.keys() & {"type", "enum"}:
        return [{"type": _SINGLE_TYPES}]
    return [] if schema.get("type") == "object" else [dict(schema)]


def _if_named(name: Schema, arguments: Schema, *, needs: bool) -> Schema:
    condition = {"properties": {"name": {"const": name["const"]}}, "required": ["name"]}
    wanted: Schema = {"properties": {"args": arguments}}
    if needs:
        wanted["required"] = ["args"]
    return {"if": condition, "then": wanted}
