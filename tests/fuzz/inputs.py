"""Inputs that nobody would write, by number: the same number is always the same input."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.fuzz.seeds import TOKENS, texts, trees, words

MAX_CHANGES = 6


def of_bytes(number: int) -> bytes:
    """Returns a file with some of its bytes changed."""
    dice = random.Random(f"bytes {number}")
    # More often a short one: that is quicker, and each change weighs more.
    data = bytearray(texts()[min(dice.randrange(len(texts())), dice.randrange(len(texts())))])
    for _ in range(dice.randint(1, MAX_CHANGES)):
        dice.choice(_BYTE_CHANGES)(data, dice)
    return bytes(data)


def of_tree(number: int) -> bytes:
    """Returns a file that is always YAML, with some of its values changed."""
    dice = random.Random(f"tree {number}")
    tree = copy.deepcopy(dice.choice(trees()))
    for _ in range(dice.randint(1, MAX_CHANGES)):
        places = list(_places(tree))
        if not places:
            break
        dice.choice(_TREE_CHANGES)(*dice.choice(places), dice)
    text = json.dumps(tree, indent=1, ensure_ascii=False, default=str)
    return text.encode("utf-8", "surrogatepass")


def _somewhere(data: bytearray, dice: random.Random) -> tuple[int, int]:
    start = dice.randint(0, len(data))
    return start, min(len(data), start + dice.choice((0, 1, 2, 5, 20, 100)))


def _token(dice: random.Random) -> bytes:
    word = dice.choice(TOKENS) if dice.random() < 0.6 else dice.choice(words())
    return word.encode("utf-8", "surrogatepass") * dice.choice((1, 1, 1, 1, 2, 60))


def _flip(data: bytearray, dice: random.Random) -> None:
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _put_byte(data: bytearray, dice: random.Random) -> None:
    start, _ = _somewhere(data, dice)
    data[start:start] = bytes([dice.randrange(256)])


def _cut_out(data: bytearray, dice: random.Random) -> None:
    start, end = _somewhere(data, dice)
    del data[start:end]


def _cut_off(data: bytearray, dice: random.Random) -> None:
    del data[dice.randint(0, len(data)) :]


def _repeat(data: bytearray, dice: random.Random) -> None:
    start, end = _somewhere(data, dice)
    data[end:end] = data[start:end] * dice.choice((1, 2, 30))


def _put_token(data: bytearray, dice: random.Random) -> None:
    start, end = _somewhere(data, dice)
    data[start : dice.choice((start, end))] = _token(dice)


def _splice(data: bytearray, dice: random.Random) -> None:
    other = dice.choice(texts())
    start, end = sorted((dice.randint(0, len(other)), dice.randint(0, len(other))))
    at, behind = _somewhere(data, dice)
    data[at:behind] = other[start:end]


def _change_line(data: bytearray, dice: random.Random) -> None:
    """Indents a line, moves it, doubles it, or puts another value behind its key."""
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            lines[at] = b" " * dice.randint(1, 3) + lines[at]
        case 1:
            lines.insert(dice.randrange(len(lines)), lines.pop(at))
        case 2:
            lines.insert(at, lines[at])
        case _:
            lines[at] = lines[at].partition(b":")[0] + b": " + _token(dice)
    data[:] = b"\n".join(lines)


_BYTE_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_flip, _put_byte, _cut_out, _cut_off, _repeat),
    *(_put_token, _put_token, _splice, _change_line, _change_line),
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yields the containers in a value, each with each of its keys."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in list(steps):
        yield value, step
        if isinstance(below, (dict, list)):
            yield from _places(below)


def _foreign(dice: random.Random) -> Any:
    """Returns a value of another place, or one that fits nowhere."""
    if dice.random() < 0.4:
        return copy.deepcopy(_part(dice))
    word = dice.choice((*TOKENS, *words()))
    strange = (None, True, 0, -1, 10**20, 1.5, "", [], {}, word, [word], {word: word}, [[word]])
    return copy.deepcopy(dice.choice(strange))


def _part(dice: random.Random) -> Any:
    container, step = dice.choice(list(_places(dice.choice(trees()))))
    return container[step]


def _replace(container: Any, step: Any, dice: random.Random) -> None:
    container[step] = _foreign(dice)


def _remove(container: Any, step: Any, dice: random.Random) -> None:
    del container[step]


def _rename(container: Any, step: Any, dice: random.Random) -> None:
    if isinstance(container, dict):
        container[dice.choice((*words(), *TOKENS, f"{step}s"))] = container.pop(step)


def _add(container: Any, step: Any, dice: random.Random) -> None:
    if isinstance(container, dict):
        container[dice.choice((*words(), *TOKENS))] = _foreign(dice)
    else:
        container.insert(step, _foreign(dice))


def _wrap(container: Any, step: Any, dice: random.Random) -> None:
    value = container[step]
    container[step] = dice.choice(([value], {dice.choice(words()): value}, [value, value]))


def _unwrap(container: Any, step: Any, dice: random.Random) -> None:
    value = container[step]
    if isinstance(value, (dict, list)) and value:
        container[step] = dice.choice(list(value.values() if isinstance(value, dict) else value))


_TREE_CHANGES: tuple[Callable[[Any, Any, random.Random], None], ...] = (
    *(_replace, _replace, _replace, _remove, _rename, _rename, _add, _add, _wrap, _unwrap),
)
