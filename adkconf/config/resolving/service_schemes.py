"""Schemes of services that are not built in: of installed packages, and of `services.yaml`.

google-adk reads that file beside an agent: `{services: [{scheme, type, class}]}`. A URI with such
a scheme is replaced by the class, called with the URI and with what stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from adkconf.config.catalog.extensions import extension_names
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.resolving.project import Project
from adkconf.config.span import Span
from adkconf.config.spec.component import Family, scheme_of

FILES = ("services.yaml", "services.yml")
_FAMILIES: tuple[Family, ...] = ("session", "artifact", "memory", "credential")
_KEYS = ("scheme", "type", "class")


class _Declared(NamedTuple):
    """What a scheme stands for, and where that is written."""

    family: str
    scheme: str
    target: str
    at: Span


def expand_schemes(app: Mapping, project: Project) -> Mapping:
    """Returns the app with its services as components where their schemes are not built in."""
    services = app.get("services")
    if not isinstance(services, Mapping):
        return app
    strangers = {family: scheme for family, scheme in _schemes(services) if scheme}
    if not strangers:
        return app
    declared = list(_read_declarations(project))
    entries = dict(services.entries)
    for family, scheme in strangers.items():
        entry = entries[family]
        for each in declared:
            if (each.family, each.scheme) == (family, scheme):
                entries[family] = Entry(entry.key_span, _component(each.target, each.at, entry))
                break
        else:
            if scheme in extension_names(family):
                component = _component(scheme, entry.node.span, entry)
                entries[family] = Entry(entry.key_span, component)
    whole = Entry(app.entries["services"].key_span, Mapping(services.span, entries))
    return Mapping(app.span, {**app.entries, "services": whole})


def _schemes(services: Mapping) -> Iterator[tuple[str, str]]:
    """Yields families with the scheme of their service, if it is not built in."""
    for family in _FAMILIES:
        uri = _uri(services.get(family))
        if uri is not None and (scheme := scheme_of(uri.text)) not in CATALOGS[family].builtins:
            yield family, scheme


def _uri(node: Node | None) -> Scalar | None:
    if isinstance(node, Mapping):
        node = node.get("uri")
    return node if isinstance(node, Scalar) and "://" in str(node.value) else None


def _component(target: str, at: Span, entry: Entry) -> Mapping:
    node = entry.node
    given = node.entries if isinstance(node, Mapping) else {"uri": Entry(node.span, node)}
    return Mapping(node.span, {target: Entry(at, Mapping(node.span, dict(given)))})


def _read_declarations(project: Project) -> Iterator[_Declared]:
    for name in FILES:
        path = project.root / name
        if path.is_file() and (tree := project.tree(path)) is not None:
            yield from _declarations(tree, project)


def _declarations(tree: Mapping, project: Project) -> Iterator[_Declared]:
    services = tree.get("services")
    if not isinstance(services, Sequence):
        at = services.span if services else tree.span
        hint = "write services: [{scheme: …, type: session, class: package.module.Class}]"
        project.problems.add(at, "E203", "expected a list under 'services'", hint=hint)
        return
    for item in services.items:
        texts = {key: _text(item, key) for key in _KEYS}
        missing = [key for key, text in texts.items() if text is None]
        if missing:
            wanted = f"a service has a text each for {', '.join(_KEYS)}; missing: "
            project.problems.add(item.span, "E202", wanted + ", ".join(missing))
            continue
        scheme, family, target = (text for text in texts.values() if text is not None)
        if family.text not in _FAMILIES:
            message = f"{family.text!r} is no type of service; there are: {', '.join(_FAMILIES)}"
            project.problems.add(family.span, "E204", message)
            continue
        yield _Declared(family.text, scheme.text, target.text, target.span)


def _text(item: Node, key: str) -> Scalar | None:
    node = item.get(key) if isinstance(item, Mapping) else None
    return node if isinstance(node, Scalar) and isinstance(node.value, str) else None
