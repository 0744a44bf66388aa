"""One form for what can be written in several, so that only differences in meaning remain."""

from __future__ import annotations

from dataclasses import replace

from adkconf.config.spec.agent import CALLBACKS, LLM_AGENT
from adkconf.inspection.resolved import Leaf, Origin, Tree

_COMPONENTS = ("plugins", "tools")
_PLURAL = {name.removesuffix("s"): name for name in CALLBACKS}
_NOTHING = Leaf({}, Origin("default"), exact={})


def normal_form(tree: Tree) -> Tree:
    """Returns the tree of an app with each thing in its long form; nulls are left out."""
    if not isinstance(tree, dict):
        return tree
    app = {key: _below(key, value) for key, value in tree.items()}
    if isinstance(services := app.get("services"), dict):
        app["services"] = {
            kind: {"uri": service} if isinstance(service, Leaf) else service
            for kind, service in services.items()
            if not _is_memory(service)
        }
    return app


def _is_memory(service: Tree) -> bool:
    """Tells whether a service is what there is without one."""
    uri = service.get("uri") if isinstance(service, dict) else service
    return isinstance(uri, Leaf) and str(uri.exact).startswith("memory:")


def _below(key: str, tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {
            _PLURAL.get(name, name): _below(_PLURAL.get(name, name), value)
            for name, value in tree.items()
            if not (isinstance(value, Leaf) and value.exact is None)
        }
    if key == "agent_class" and isinstance(tree, Leaf) and tree.exact == "Agent":
        return replace(tree, value=LLM_AGENT, exact=LLM_AGENT)
    if key in CALLBACKS:
        items = tree if isinstance(tree, list) else [tree]
        return [_reference(item) for item in items]
    if isinstance(tree, list):
        items = [_below("", item) for item in tree]
        return [_component(item) for item in items] if key in _COMPONENTS else items
    return tree


def _reference(tree: Tree) -> Tree:
    return tree["name"] if isinstance(tree, dict) and "name" in tree else tree


def _component(tree: Tree) -> Tree:
    """Returns `{name: arguments}`."""
    if isinstance(tree, Leaf):
        return {str(tree.value): _NOTHING}
    if isinstance(tree, dict) and isinstance(name := tree.get("name"), Leaf):
        return {str(name.value): tree.get("args", _NOTHING)}
    return tree
