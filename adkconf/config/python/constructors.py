"""Tells the signatures of functions and of classes, those of dataclasses and pydantic included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adkconf.config.python.annotations import Annotations, Schema, special_name
from adkconf.config.python.documentation import field_texts
from adkconf.config.python.library import Found, Library
from adkconf.config.python.signature import Parameter, Signature

# Bases that say nothing about what a class is called with.
_NEUTRAL = {"object", "ABC", "Generic", "Protocol"}
# google-adk's type of a parameter that takes all arguments of a tool in one.
_ALL = "ToolArgsConfig"
_FIELD_CALLS = {"Field", "field"}
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


class Unknown(Exception):  # noqa: N818
    """The signature cannot be told."""


class Signatures:
    """Tells signatures."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._annotations = Annotations(library, self._fields_schema)
        self._open: set[tuple[Any, str]] = set()

    def of(self, found: Found) -> Signature | None:
        """Returns the signature of a class or function; None if it cannot be told."""
        try:
            return self._of(found)
        # Code that no person writes is nested too deeply to be told.
        except (Unknown, RecursionError):
            return None

    def _of(self, found: Found) -> Signature:
        key = (found.file, found.name)
        if key in self._open:
            raise Unknown
        self._open.add(key)
        try:
            match found.definition.node:
                case ast.ClassDef() as node:
                    return self._class(node, found)
                case ast.FunctionDef() | ast.AsyncFunctionDef() as node if not node.decorator_list:
                    return self._function(node.args, found)
            raise Unknown
        finally:
            self._open.remove(key)

    def _class(self, node: ast.ClassDef, found: Found) -> Signature:
        if _is_dataclass(node, found):
            return Signature(tuple(self._merged(node, found, self._dataclass_bases(found))))
        if node.decorator_list or "__new__" in found.definition.members:
            raise Unknown
        own = found.definition.members.get("__init__")
        if own is not None:
            if not isinstance(own.node, ast.FunctionDef) or own.node.decorator_list:
                raise Unknown
            return self._function(own.node.args, found, method=True)
        return self._inherited(node, found)

    def _inherited(self, node: ast.ClassDef, found: Found) -> Signature:
        bases = self._library.bases(found)
        if node.keywords or any(base is None for base in bases):
            raise Unknown
        telling = [base for base in bases if base and _name_of(base) not in _NEUTRAL]
        if not telling:
            return Signature()
        if "BaseModel" in self._library.ancestors(found):
            return self._pydantic(node, found, telling)
        if len(telling) > 1:
            raise Unknown
        return self._of(telling[0])

    def _pydantic(self, node: ast.ClassDef, found: Found, bases: list[Found]) -> Signature:
        if len(bases) > 1:
            raise Unknown
        base = bases[0]
        above = Signature() if _name_of(base) == "BaseModel" else self._of(base)
        is_open = _allows_extra(node, above.open)
        return Signature(tuple(self._merged(node, found, above.parameters)), is_open)

    def _dataclass_bases(self, found: Found) -> tuple[Parameter, ...]:
        fields: dict[str, Parameter] = {}
        for base in reversed(self._library.bases(found)):
            if base is None:
                raise Unknown
            base_node = base.definition.node
            if isinstance(base_node, ast.ClassDef) and _is_dataclass(base_node, base):
                fields |= {item.name: item for item in self._of(base).parameters}
        return tuple(fields.values())

    def _merged(
        self, node: ast.ClassDef, found: Found, above: tuple[Parameter, ...]
    ) -> Iterator[Parameter]:
        """Yields the fields of a class over those that it inherits, in their order."""
        own = {field.name: field for field in self._fields(node, found)}
        fields = [*(own.pop(field.name, field) for field in above), *own.values()]
        # A validator may take values of other types.
        free = _has_validators(node)
        yield from (replace(field, schema={}) if free else field for field in fields)

    def _fields(self, node: ast.ClassDef, found: Found) -> Iterator[Parameter]:
        texts = field_texts(node)
        for item in node.body:
            if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
                continue
            kind = item.annotation.value if isinstance(item.annotation, ast.Subscript) else None
            outer = special_name(kind or item.annotation, found.source)
            name = item.target.id
            if outer == "ClassVar" or name.startswith("_") or name == "model_config":
                continue
            parameter = self._parameter(name, item.annotation, found)
            yield from _with_default(replace(parameter, description=texts.get(name, "")), item)

    def _fields_schema(self, found: Found) -> Schema:
        node = found.definition.node
        if not isinstance(node, ast.ClassDef):
            return {}
        telling = _is_dataclass(node, found) or "BaseModel" in self._library.ancestors(found)
        signature = self.of(found) if telling and not _has_validators(node) else None
        return signature.schema() if signature is not None else {}

    def _function(self, args: ast.arguments, found: Found, *, method: bool = False) -> Signature:
        positional = [*args.posonlyargs, *args.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
        defaults += args.defaults
        pairs = [*zip(positional, defaults, strict=True)]
        pairs = pairs[1:] if method else pairs
        pairs += zip(args.kwonlyargs, args.kw_defaults, strict=True)
        parameters = tuple(
            _defaulted(self._parameter(arg.arg, arg.annotation, found), default)
            for arg, default in pairs
        )
        if not method and [item.annotation.rpartition(".")[2] for item in parameters] == [_ALL]:
            return Signature(open=True)
        return Signature(parameters, args.kwarg is not None)

    def _parameter(self, name: str, annotation: ast.expr | None, found: Found) -> Parameter:
        schema = self._annotations.schema(annotation, found)
        text = "" if annotation is None else _text(annotation)
        return Parameter(name, required=True, annotation=text, schema=schema)


def _text(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)


def _name_of(base: Found) -> str:
    return base.definition.origin.name if base.definition.origin else base.name


def _is_dataclass(node: ast.ClassDef, found: Found) -> bool:
    """Tells whether a class gets its constructor from `@dataclass`, and from nothing else."""
    if len(node.decorator_list) != 1 or "__init__" in found.definition.members:
        return False
    decorator = node.decorator_list[0]
    if isinstance(decorator, ast.Call):
        if any(keyword.arg == "init" for keyword in decorator.keywords):
            return False
        decorator = decorator.func
    name = decorator.attr if isinstance(decorator, ast.Attribute) else ast.unparse(decorator)
    return name == "dataclass"


def _has_validators(node: ast.ClassDef) -> bool:
    decorators = (
        ast.unparse(decorator)
        for item in node.body
        if isinstance(item, ast.FunctionDef)
        for decorator in item.decorator_list
    )
    return any("validator" in text for text in decorators)


def _allows_extra(node: ast.ClassDef, above: bool) -> bool:
    for item in node.body:
        match item:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id="model_config"), value=value):
                pass
            case _:
                continue
        text = ast.unparse(value) if value is not None else ""
        if "alias" in text or "populate" in text:
            raise Unknown
        return above if "extra" not in text else "'allow'" in text
    return above


def _with_default(parameter: Parameter, item: ast.AnnAssign) -> Iterator[Parameter]:
    """Yields a field with what its value says of it; none if it is no argument."""
    value = item.value
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if not isinstance(value, ast.Call) or name not in _FIELD_CALLS:
        if name != "PrivateAttr":
            yield _defaulted(parameter, value)
        return
    options = {keyword.arg: keyword.value for keyword in value.keywords}
    if None in options or {"alias", "validation_alias"} & options.keys():
        raise Unknown
    if _plain(options.get("init")) is False:
        return
    default = value.args[0] if value.args else options.get("default")
    if isinstance(default, ast.Constant) and default.value is Ellipsis:
        default = None
    bounds = {word: _plain(options.get(key)) for key, word in _BOUNDS.items() if key in options}
    limits = {word: bound for word, bound in bounds.items() if isinstance(bound, (int, float))}
    if parameter.schema.get("type") in ("integer", "number"):
        parameter = replace(parameter, schema={**parameter.schema, **limits})
    about = _plain(options.get("description"))
    parameter = replace(
        parameter, description=about if isinstance(about, str) else parameter.description
    )
    parameter = _defaulted(parameter, default)
    yield replace(parameter, required=parameter.required and "default_factory" not in options)


def _defaulted(parameter: Parameter, default: ast.expr | None) -> Parameter:
    if default is None:
        return parameter
    schema = parameter.schema
    value = _plain(default)
    if isinstance(value, (str, int, float)):
        schema = {**schema, "default": value}
    return replace(parameter, required=False, schema=schema)


def _plain(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
