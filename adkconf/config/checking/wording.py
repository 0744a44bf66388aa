"""Says in words what does not fit the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adkconf.config.catalog.extensions import extension_names
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.checking.compiled import outline
from adkconf.config.checking.outline import Choice, kinds_of
from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.located import Place, Step, find_place
from adkconf.config.schema.forms import WITH_NAME_AND_ARGS, Schema, needs_arguments
from adkconf.config.spec.app import APP_NAME
from adkconf.config.spec.component import Builtin, scheme_of
from adkconf.config.suggestion import SURE, did_you_mean, listed, nearest, shorten

_TYPES = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_FAMILIES = {
    "session": "session service",
    "artifact": "artifact service",
    "memory": "memory service",
    "credential": "credential service",
    "code": "Python object",
    "code_executor": "code executor",
}
_ABOUT_EMPTINESS = ("minLength", "minItems", "minProperties", "maxProperties")
_FORMS = {APP_NAME: "a letter, then letters, digits, '_' and '-'"}
_MAX_LISTED = 10
# What others call our keys.
_OTHER_NAMES = {
    **dict.fromkeys(("prompt", "system_prompt", "system_message", "instructions"), "instruction"),
    "max_tokens": "max_output_tokens",
}
# As YAML 1.1 had it.
_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}


@dataclass(frozen=True)
class Finding:
    """An error of the schema's: its keyword with the keyword's argument, and where it is.

    A `secret` value must not be shown.
    """

    keyword: str
    argument: Any
    schema: Schema
    schema_path: tuple[Any, ...]
    value: Any
    message: str
    steps: tuple[Step, ...]
    place: Place
    key_place: Place
    secret: bool

    def shown(self) -> str:
        """Returns the value as it may be shown."""
        if self.secret:
            return "the value that is there"
        return show(self.value)


def show(value: Any) -> str:
    """Returns a value as it would be written, long ones cut or only named by their type."""
    if isinstance(value, str):
        return shorten(value)
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, (dict, list)):
        return _TYPES[min(kinds_of(value))]
    return str(value)


def describe(finding: Finding) -> Iterator[Diagnostic]:
    """Yields what to say about an error."""
    return _BY_KEYWORD.get(finding.keyword, _out_of_range)(finding)


def describe_unknown_key(finding: Finding, key: str, place: Place) -> Iterator[Diagnostic]:
    """Yields what to say about a key that the schema does not know."""
    kind = finding.schema.get("x-kind")
    if kind is not None:
        yield from _unknown_component(kind, key, place)
        return
    known = list(finding.schema.get("properties", {}))
    hint = _hint_for_key(key, finding.schema)
    if not hint:
        keys = [name for name in known if f"{name}s" not in known]
        hint = f"possible keys: {', '.join(keys)}" if keys else "no key is possible here"
        hint = hint if len(keys) <= _MAX_LISTED else ""
    yield _at(place, "E201", f"unknown key {shorten(key)}", hint)


def _hint_for_key(key: str, schema: Schema) -> str:
    known = schema.get("properties", {})
    if nearest(key, known, cutoff=SURE) is not None:
        return did_you_mean(key, known)
    usual = _OTHER_NAMES.get(key, key)
    if usual in known:
        return f"did you mean {usual!r}?"
    for name, below in known.items():
        for branch in below.get("anyOf", [below]):
            if usual in outline().resolve(branch).get("properties", {}):
                return f"write {usual!r} below {name!r}"
    return did_you_mean(key, known)


def _missing_key(finding: Finding) -> Iterator[Diagnostic]:
    owner = f" in {finding.place.path!r}" if finding.place.path else ""
    for key in finding.argument:
        if key not in finding.value:
            yield _at(finding.key_place, "E202", f"the key {key!r} is missing{owner}")


def _missing_partner(finding: Finding) -> Iterator[Diagnostic]:
    for key, partners in finding.argument.items():
        missing = [partner for partner in partners if partner not in finding.value]
        if key in finding.value and missing:
            place = find_place(finding.value, (key,), key=True) or finding.place
            yield _at(place, "E207", f"{key!r} needs {listed(missing, last='and')} beside it")


def _excluded(finding: Finding) -> Iterator[Diagnostic]:
    other, _, key, _ = finding.schema_path[-4:]
    message = f"{key!r} and {other!r} do not go together"
    yield _at(finding.key_place, "E207", message, "remove one of them")


def _wrong_type(finding: Finding) -> Iterator[Diagnostic]:
    types = list(dict.fromkeys(_as_list(finding.argument)))
    if len(types) > 1:
        hidden = {"null", "integer"} if "number" in types else {"null"}
        types = [name for name in types if name not in hidden]
    names = [_TYPES[name] for name in types]
    expected = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    message = f"expected {expected}, not {finding.shown()}"
    yield _at(finding.place, "E203", message, _type_hint(finding.value, types))


def _type_hint(value: Any, types: list[str]) -> str:
    if value is None:
        return "write a value, or remove the key"
    if "boolean" in types and str(value).lower() in _SWITCHES:
        return f"write {_SWITCHES[str(value).lower()]}"
    if "string" in types and isinstance(value, (bool, int, float)):
        return "put it in quotes if it is meant as text"
    if types == ["array"] and not isinstance(value, dict):
        return "write it as a list: [ … ], or lines that start with '- '"
    return ""


def _not_one_of(finding: Finding) -> Iterator[Diagnostic]:
    choices = _as_list(finding.argument)
    texts = isinstance(choices[0], str)
    expected = listed(choices) if texts else str(choices[0])
    visible = texts and isinstance(finding.value, str) and not finding.secret
    hint = did_you_mean(finding.value, choices) if visible else ""
    yield _at(finding.place, "E204", f"expected {expected}, not {finding.shown()}", hint)


def _malformed(finding: Finding) -> Iterator[Diagnostic]:
    form = _FORMS.get(finding.argument) if finding.keyword == "pattern" else None
    description = (form or finding.schema.get("description", "")).removesuffix(".")
    hint = f"expected {description[:1].lower()}{description[1:]}" if description else ""
    yield _at(finding.place, "E206", f"{finding.shown()} does not have the right form", hint)


def _no_form(finding: Finding) -> Iterator[Diagnostic]:
    """A text that none of the branches of a union takes."""
    choice: Choice = finding.argument
    kind = finding.schema.get("x-kind")
    if kind is not None:
        name = "…" if finding.secret else finding.value
        yield from _unknown_component(kind, name, finding.place)
        return
    names = [name for branch in choice.branches for name in branch.get("enum", ())]
    if names:
        hint = did_you_mean(finding.value, names)
        yield _at(finding.place, "E501", f"unknown name {finding.shown()}", hint)
    else:
        yield from _malformed(finding)


def _no_branch(finding: Finding) -> Iterator[Diagnostic]:
    """A mapping that one of its values keeps from being any of those that are possible."""
    key, choice = finding.message, finding.argument
    kind = finding.schema.get("x-kind")
    if kind is not None:
        name = finding.value if isinstance(finding.value, str) and not finding.secret else "…"
        yield from _unknown_component(kind, name, finding.place)
        return
    names = branch_names(choice, key)
    message = f"unknown {key} {finding.shown()}; expected {listed(names)}"
    message += ", or a reference" if key == "agent_class" else ""
    visible = isinstance(finding.value, str) and not finding.secret
    yield _at(finding.place, "E204", message, did_you_mean(finding.value, names) if visible else "")


def branch_names(choice: Choice, key: str) -> list[str]:
    """Returns the values of a key that the branches of a union are chosen by."""
    properties = [branch["properties"][key] for branch in choice.branches]
    names = (
        name for prop in properties for name in prop.get("enum", _as_list(prop.get("const", [])))
    )
    return list(dict.fromkeys(names))


def _not_one_component(finding: Finding) -> Iterator[Diagnostic]:
    names = list(finding.value or ())
    if not names:
        yield _at(finding.place, "E202", "the name of the component is missing")
        return
    if "args" in names and finding.schema.get("x-kind") in WITH_NAME_AND_ARGS:
        other = next(name for name in names if name != "args")
        place = find_place(finding.value, (other,), key=True) or finding.place
        hint = "beside args belongs name: the component"
        yield _at(place, "E201", f"unknown key {shorten(other)}", hint)
        return
    place = find_place(finding.value, (names[1],), key=True) or finding.place
    message = f"a component has one name; {names[0]!r} and {names[1]!r} are two"
    hint = f"indent {names[1]!r} deeper if it is an argument of {names[0]!r}"
    yield _at(place, "E207", message, hint)


def _out_of_range(finding: Finding) -> Iterator[Diagnostic]:
    limit = finding.argument
    expected = {
        "minimum": f"at least {limit}",
        "maximum": f"at most {limit}",
        "exclusiveMinimum": f"more than {limit}",
        "exclusiveMaximum": f"less than {limit}",
        "maxLength": f"at most {limit} characters",
        "minLength": "a text that is not empty",
        "minItems": "a list that is not empty",
        "minProperties": "a mapping that is not empty",
        "maxProperties": "no arguments",
    }[finding.keyword]
    given = "" if finding.keyword in _ABOUT_EMPTINESS else f", not {finding.shown()}"
    yield _at(finding.place, "E205", f"expected {expected}{given}")


def _unknown_component(kind: str, name: str, place: Place) -> Iterator[Diagnostic]:
    builtins = CATALOGS[kind].builtins  # type: ignore[index]
    family = _FAMILIES.get(kind, kind)
    if name in builtins and needs_arguments(builtins[name]):
        arguments = ", ".join(_needed(builtins[name]))
        yield _at(place, "E505", f"{name!r} needs arguments: {arguments}")
    elif name in _service_options(builtins):
        yield _at(place, "E202", f"the key 'uri' is missing beside {name!r}")
    elif "://" in name:
        scheme = scheme_of(name)
        if scheme in builtins:
            needed = [field for field in _needed(builtins[scheme]) if field != "uri"]
            hint = f"write a block: {{uri: …, {': …, '.join(needed)}: …}}"
            yield _at(place, "E505", f"{scheme!r} needs more: {', '.join(needed)}", hint)
            return
        hint = did_you_mean(scheme, builtins) or f"there are: {', '.join(builtins)}"
        yield _at(place, "E501", f"no {family} has the scheme {shorten(scheme)}", hint)
    elif name not in extension_names(kind):
        hint = did_you_mean(name, [*builtins, *extension_names(kind)])
        hint = hint or did_you_mean(name, _service_options(builtins) & {"uri"})
        own = "for an object of your own write './file.py:name' or 'package.module:name'"
        yield _at(place, "E501", f"unknown {family} {shorten(name)}", hint or own)


def _needed(builtin: Builtin) -> list[str]:
    fields = builtin.arguments.model_fields.items()
    extra = builtin.arguments.model_config.get("json_schema_extra")
    # Where one of several is needed, `then` has the one that is told of.
    then: Any = extra.get("then", {}) if isinstance(extra, dict) else {}
    return [name for name, field in fields if field.is_required()] + list(then.get("required", ()))


def _service_options(builtins: Mapping[str, Builtin]) -> set[str]:
    """Returns what may stand beside the URI of a service; nothing for other components."""
    fields = [entry.arguments.model_fields for entry in builtins.values()]
    return {name for names in fields if "uri" in names for name in names}


def _at(place: Place, code: str, message: str, hint: str = "") -> Diagnostic:
    return diagnostic(place.at, code, message, hint=hint, path=place.path)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_BY_KEYWORD: dict[str, Callable[[Finding], Iterator[Diagnostic]]] = {
    "anyOf": _no_form,
    "const": _not_one_of,
    "dependentRequired": _missing_partner,
    "enum": _not_one_of,
    "not": _excluded,
    "one-component": _not_one_component,
    "pattern": _malformed,
    "required": _missing_key,
    "type": _wrong_type,
    "x-by": _no_branch,
}
