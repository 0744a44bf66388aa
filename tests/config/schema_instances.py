"""Makes instances of a JSON schema at random: right ones, and ones with something wrong in them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

# One of these fits each pattern of the schema that is not about URIs.
TEXTS = (
    *("a", "agent_1", "Be concise.", "gemini-2.5-flash", "./tools.py:search", "shop.tools:search"),
    *("shop.tools.Search", "memory://", "sqlite:///a.db", "sqlite+aiosqlite:///a.db", "file://a"),
    *("postgresql://h/d", "mysql://h/d", "mariadb+aiomysql://h/d", "agentengine://1", "rag://1"),
    *("gs://b", "s3://b/p", "session-state://", "5s", "1.5s", "12h", "30d", "./agent.yaml"),
    *("https://x.example", "", "exit_loop", "LlmAgent", "LoopAgent", "Workflow", "x" * 70),
)
WRONG: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 1e9, "", "a", "1st", "5", "true", "LoopAgent", "Typo"),
    *("./tools.py:search", "shop.x", "echo", "logging", "memory://", "nowhere://x"),
    *([], {}, [1], ["a"], [None], {"a": 1}, {"name": "a"}, {"uri": "memory://"}, {"args": {}}),
)
KEYS = ("zzz", "x-own", "name", "args", "uri", "model", "agent_class", "code", "./a.py:b", "tools")
_DEEPEST = 7
_SHARE = (0.5, 0.4, 0.35, 0.25, 0.15, 0.08, 0.0, 0.0, 0.0)


class Instances:
    """Instances of a schema; the same seed makes the same ones."""

    def __init__(self, schema: Schema, seed: int) -> None:
        self._schema = schema
        self._random = random.Random(seed)

    def __iter__(self) -> Iterator[Any]:
        while True:
            made = self._make(self._schema, 0)
            for _ in range(self._random.choice((0, 0, 1, 1, 1, 2))):
                self._spoil(made)
            yield made

    def _make(self, schema: Schema, depth: int) -> Any:
        schema = self._resolved(schema)
        if "anyOf" in schema:
            return self._make(self._branch(schema["anyOf"], depth), depth)
        if "const" in schema or "enum" in schema:
            return self._random.choice(schema.get("enum") or [schema["const"]])
        kind = schema.get("type", ("string", "integer", "object", "null"))
        kind = kind if isinstance(kind, str) else self._random.choice(kind)
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._string(schema)
            case "boolean":
                return self._random.random() < 0.5
            case "null":
                return None
        return self._number(schema, whole=kind == "integer")

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            schema = self._schema["$defs"][name]
        return schema

    def _branch(self, branches: list[Schema], depth: int) -> Schema:
        if depth >= _DEEPEST:
            flat = [item for item in branches if "properties" not in self._resolved(item)]
            branches = flat or branches
        return self._random.choice(branches)

    def _object(self, schema: Schema, depth: int) -> Any:
        properties = schema.get("properties", {})
        keys = [key for key in properties if key in schema.get("required", ())]
        share = _SHARE[min(depth, len(_SHARE) - 1)] * min(1.0, 8 / max(len(properties), 1))
        keys += [key for key in properties if key not in keys and self._random.random() < share]
        for key in list(keys):
            keys += schema.get("dependentRequired", {}).get(key, ())
        if schema.get("maxProperties") == 1:
            keys = [self._random.choice([*properties, "./a.py:b"])]
        made = {key: self._make(properties.get(key, {}), depth + 1) for key in dict.fromkeys(keys)}
        other = schema.get("additionalProperties")
        if isinstance(other, dict) and self._random.random() < 0.7:
            made[self._random.choice(("a", "b", "echo"))] = self._make(other, depth + 1)
        for rule in schema.get("allOf", ()):
            if self._fits(rule["if"], made):
                made |= self._object(rule["then"], depth)
        return made

    def _array(self, schema: Schema, depth: int) -> Any:
        least = schema.get("minItems", 0)
        most = 2 if depth < _DEEPEST else least
        count = self._random.randint(least, max(least, most))
        return [self._make(schema.get("items", {}), depth + 1) for _ in range(count)]

    def _string(self, schema: Schema) -> str:
        pattern = schema.get("pattern", "")
        scheme = re.match(r"\^\(?([a-z0-9-]+).*://", pattern)
        own = [f"{scheme[1]}://host/name"] if scheme else []
        texts = [*schema.get("examples", ()), *own, *TEXTS]
        fitting = [text for text in texts if isinstance(text, str) and re.search(pattern, text)]
        assert fitting, f"no text of ours fits {pattern!r}"
        return self._random.choice([text for text in fitting if "$" not in text] or [""])

    def _number(self, schema: Schema, *, whole: bool) -> float:
        least = schema.get("minimum", schema.get("exclusiveMinimum", -3))
        most = schema.get("maximum", schema.get("exclusiveMaximum", least + 50))
        if whole:
            return self._random.randint(int(least), int(most))
        return self._random.choice((least, most, (least + most) / 2))

    def _fits(self, schema: Schema, value: Any) -> bool:
        return Draft202012Validator(schema).is_valid(value)

    def _spoil(self, made: Any) -> None:
        """Changes one thing somewhere: a value, a key, or what is there at all."""
        container, key = self._random.choice(list(_places(made)))
        choice = self._random.random()
        if choice < 0.5:
            container[key] = deepcopy(self._random.choice(WRONG))
        elif choice < 0.7 or isinstance(key, int):
            del container[key]
        elif choice < 0.85:
            container[key + "x"] = container.pop(key)
        else:
            container[self._random.choice(KEYS)] = deepcopy(self._random.choice(WRONG))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in list(items):
        yield value, key
        if isinstance(below, (dict, list)):
            yield from _places(below)
