"""Files that no person writes: YAML that is sound, and asks for what nobody should get."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.hostile.texts import APP, Content, big


def agent(line: str) -> str:
    """Returns an app whose root agent has one more line."""
    return f"name: a\nroot_agent:\n  model: echo\n  {line}\n"


def each(key: str, count: int, item: str) -> str:
    """Returns an agent with a long list; `#` in the item becomes the index."""
    items = "".join(f"    - {item.replace('#', str(index))}\n" for index in range(count))
    return agent(f"{key}:\n{items}")


def nested(levels: int) -> str:
    inner = "{model: echo, name: z}"
    for level in range(levels):
        inner = f"{{name: n{level}, model: echo, sub_agents: [{inner}]}}"
    return f"name: a\nroot_agent: {inner}\nx: 1\n"


INTERPOLATIONS: dict[str, Content] = {
    f"interpolation {name}": agent(f"instruction: '{text}'")
    for name, text in {
        "that is open": "${",
        "that is open often": "${" * 100_000,
        "nested": "${A:-" * 5_000 + "}" * 5_000,
        "nested 100,000 deep": "${A:-" * 100_000 + "}" * 100_000,
        "nested and open": "${A:-" * 150_000,
        "nested in files": "${file:" * 100_000,
        "nested at the bound": "${A:-" * 11 + "}" * 11,
        "by the thousand": "${file:big.txt}" * 1000,
        "by the hundred thousand": "${NOBODY:-x}" * 70_000 + "${",
        "of a directory": "${file:.}",
        "of a device": "${file:/dev/zero}",
        "of random bytes": "${file:/dev/urandom}",
        "of a terminal": "${file:/dev/tty}",
        "of standard input": "${file:/dev/stdin}",
        "of its own memory": "${file:/proc/self/mem}",
        "of the kernel": "${file:/proc/kmsg}",
        "of a pipe": "${file:pipe.yaml}",
        "of a socket": "${file:socket}",
        "of a loop of links": "${file:loop.yaml}",
        "of a link to a device": "${file:zero.yaml}",
        "of a link to outside": "${file:outside/passwd}",
        "of a file above": "${file:../../../../../../etc/passwd}",
        "of an address": "${file:https://example.com/x}",
        "of a long name": "${file:" + "x" * 100_000 + "}",
        "of many parts": "${file:" + "x/" * 100_000 + "}",
        "of a binary file": "${file:binary.txt}",
        "of a large file": "${file:large.txt}",
        "of a long variable": "${" + "A" * 500_000 + "}",
        "of a variable in another script": "${ΑΒΓ}",
        "with spaces": "${ A }",
        "with a bad operator": "${A:=x}",
        "with a shell in it": "${A:-$(id)`id`}${",
        "of many unset variables": "${HOMF}" * 20_000,
        "with a long message": "${A:?" + "x" * 500_000 + "}",
    }.items()
}

FILES: dict[str, Content] = {
    "includes itself": "name: a\nroot_agent: app.yaml\n",
    "includes itself by another way": "name: a\nroot_agent: ./x/../app.yaml\n",
    "includes by the thousand": each("sub_agents", 100, "wide.yaml"),
    "include of a directory": "name: a\nroot_agent: {config_path: .}\n",
    "include of a pipe": "name: a\nroot_agent: pipe.yaml\n",
    "include of a socket": "name: a\nroot_agent: {config_path: socket}\n",
    "include of a device": "name: a\nroot_agent: {config_path: /dev/zero}\n",
    "include of a link to a device": "name: a\nroot_agent: zero.yaml\n",
    "include of a loop of links": "name: a\nroot_agent: loop.yaml\n",
    "include of a link to outside": "name: a\nroot_agent: outside/x.yaml\n",
    "include of a process": "name: a\nroot_agent: {config_path: /proc/self/environ}\n",
    "include with a null byte": 'name: a\nroot_agent: {config_path: "x\\0.yaml"}\n',
    "include of a long name": f"name: a\nroot_agent: {'x' * 5000}.yaml\n",
    "include of a mebibyte of name": big("name: a\nroot_agent: ", "x", ".yaml\n"),
    "include of an address": "name: a\nroot_agent: https://example.com/x.yaml\n",
    "include of a circle": "name: a\nroot_agent: circle.yaml\n",
    "include of a bomb": "name: a\nroot_agent: bomb.yaml\n",
    "many missing includes": each("sub_agents", 4_000, "wide#.yaml"),
    "many includes of a directory": each("sub_agents", 1_500, "{config_path: '.'}"),
    "many interpolated includes": each("sub_agents", 1_500, "{config_path: bomb.yaml}"),
    "extends itself": "extends: app.yaml\n" + APP,
    "extends a list in itself": "extends: [[app.yaml]]\n" + APP,
    "extends a circle": "extends: circle.yaml\n" + APP,
    "extends a bomb": "extends: bomb.yaml\n" + APP,
    "extends a pipe": "extends: pipe.yaml\n" + APP,
    "extends a device": "extends: /dev/zero\n" + APP,
    "extends a directory": "extends: .\n" + APP,
    "extends itself many times": f"extends: [{'app.yaml, ' * 4_000}]\n" + APP,
    "extends many missing": f"extends: [{'missing.yaml, ' * 4_000}]\n" + APP,
    "extends more and more": "extends: [fan0.yaml, fan0.yaml]\n" + APP,
    "env file that is a pipe": APP + "env: {files: [pipe.yaml]}\n",
    "env file that is a device": APP + "env: {files: [/dev/zero]}\n",
    "env file that is optional and a device": APP
    + "env: {files: [{path: /dev/urandom, required: false}]}\n",
    "env file that is a directory": APP + "env: {files: [.]}\n",
    "env file that is no env file": APP + "env: {files: [large.env]}\n",
    "env file with a long line": APP + "env: {files: [long.env]}\nx: 1\n",
    "many env files": APP + f"env: {{files: [{'missing.env, ' * 4_000}]}}\n",
    "many variables": APP + f"env: {{required: [{'HOMF, ' * 4_000}]}}\n",
    "many other apps": APP
    + "apps:\n"
    + "".join(f"  - {{name: a{n}, file: a{n}.yaml}}\n" for n in range(900)),
}

REFERENCES: dict[str, Content] = {
    f"reference {name}": agent(f"tools: ['{text}']")
    for name, text in {
        "to a long name": "x" * 5000 + ":y",
        "to a package": "os.path.join",
        "to a deep python file": "./deep.py:x",
        "to a python file of many names": "./names.py:nam",
        "to python with a null byte": "./null.py:x",
        "to python in another encoding": "./latin.py:x",
        "to a python bomb": "./power.py:x",
        "to a pipe": "./pipe.py:x",
        "to a device": "/dev/zero.py:x",
        "to a loop of links": "./loop.py:x",
        "to a file above": "../../../../../etc/x.py:y",
        "to outside by a link": "./outside/x.py:y",
        "of a mebibyte": "a." * 400_000 + "b",
        "of many parts": "a." * 20_000 + "!",
        "of many parts and a colon": "a." * 20_000 + "b:c",
        "of many colons": ":" * 100_000,
        "of many attributes": "./deep.py:" + "a." * 20_000 + "b",
        "of backtracking letters": "a" * 100_000 + "!",
        "of backtracking pairs": "a.a" * 50_000 + " ",
        "of backtracking spaces": "a" + " " * 100_000 + ":",
    }.items()
}

MANY: dict[str, Content] = {
    "10,000 agents": each("sub_agents", 10_000, "{name: a#, model: echo}"),
    "5,000 agents": each("sub_agents", 5_000, "{name: a#, model: echo}") + "x: 1\n",
    "500 agents of one name": each("sub_agents", 500, "{name: twin, model: echo}"),
    "agents 20 deep": nested(20),
    "agents 1,000 deep": nested(1_000),
    "many unknown tools": each("tools", 2_000, "gogle_search#"),
    "many nearly right tools": each("tools", 2_000, "google_serch"),
    "many tools of one long name": each("tools", 200, "g" * 4_000),
    "many unknown references": each("tools", 1_500, "nobody#.tools.search"),
    "many wrong names of a file": each("tools", 900, "./names.py:nam#"),
    "many missing python files": each("tools", 1_500, "./nam#.py:x"),
    "many trusted missing modules": "trust: {imports: ['*.*', 'jso*', 'requess*']}\n"
    + each("tools", 900, "requess#.tools.search"),
    "many trusted missing names": "trust: {imports: [json, 'json.*', 'email.*', email]}\n"
    + each("tools", 900, "email.mesage#:Mesage"),
    "many callbacks": each("before_model_callbacks", 500, "{name: os.system#}"),
    "many placeholders": agent(
        f"instruction: '{' '.join(f'{{p{n}}}' for n in range(60_000))}'\n  x: 1"
    ),
    "many braces in an instruction": agent(
        f"instruction: '{'{' * 200_000}{'}' * 200_000}'\n  x: 1"
    ),
    "instruction of spaces": agent(f"instruction: 'a{' ' * 900_000}b'\n  x: 1"),
    "many plugins": APP + "plugins: [" + "loging, " * 2_000 + "]\n",
    "many models": APP + "models: {" + "".join(f"m{n}: gemni, " for n in range(1_000)) + "}\n",
    "many unknown models": each("sub_agents", 400, "{name: a#, model: gemni-#}"),
    "many profiles": APP
    + "profiles:\n"
    + "".join(f"  p{n}: {{server: {{prt: 1}}}}\n" for n in range(800)),
    "many profiles of many keys": APP
    + "profiles:\n"
    + "".join(f"  p{n}: {{server: {{port: 1}}}}\n" for n in range(800))
    + "x: 1\n",
    "many nodes": "name: a\nroot_agent:\n  agent_class: Workflow\n  edges:\n"
    + "".join(f"    - [n{n}, n{n + 1}]\n" for n in range(1_500)),
    "long chain": "name: a\nroot_agent:\n  agent_class: Workflow\n  edges: [["
    + ", ".join(f"n{n}" for n in range(4_500))
    + "]]\n",
    "dense edges": "name: a\nroot_agent:\n  agent_class: Workflow\n  edges: ["
    + ", ".join(["[[a, b, c, d, e, f], [a, b, c, d, e, f], [a, b, c, d, e, f]]"] * 200)
    + "]\n",
    "edges of all to all": "name: a\nroot_agent:\n  agent_class: Workflow\n  edges: [["
    + ", ".join([f"[{', '.join(f'n{n}' for n in range(1_000))}]"] * 4)
    + "]]\n",
    "long circle of nodes": "name: a\nroot_agent:\n  agent_class: Workflow\n"
    "  nodes: {"
    + "".join(f"n{n}: ./nodes.py:n, " for n in range(1_000))
    + "}\n  edges: [[START, "
    + ", ".join(f"n{n % 1_000}" for n in range(1_050))
    + "]]\n",
    "deep JSON schema": agent("output_schema: " + '{"items": ' * 40 + "{}" + "}" * 40 + "\n  x: 1"),
    "wrong JSON schema": agent("output_schema: {type: 5, $ref: '#', properties: [a]}"),
    "many wrong JSON schemas": each(
        "sub_agents", 300, "{name: a#, model: echo, output_schema: {type: obect, allOf: 5}}"
    ),
    "JSON schema of a bad pattern": agent("output_schema: {pattern: '(a+)+(', type: 1}"),
    "wide JSON schema": agent(
        "output_schema: {properties: {"
        + "".join(f"p{n}: {{type: x}}, " for n in range(1_200))
        + "}}"
    ),
    "name of a mebibyte": big("root_agent: {model: echo}\nname: ", "ab-"),
    "model of a mebibyte": big("name: a\nroot_agent: {model: ", "gemini-", "}\nx: 1\n"),
    "tool of a mebibyte": big("name: a\nroot_agent: {model: echo, tools: [", "serch", "]}\n"),
    "URI of a mebibyte": big(APP + "services: {session: 'postgres", "s", "://x'}\n"),
    "path of a URI of a mebibyte": big(APP + "services: {session: 'sqlit://", "../", "'}\n"),
    "key of an agent of a mebibyte": big(
        "name: a\nroot_agent: {model: echo, ", "instruct", ": 1}\n"
    ),
    "agent class of a mebibyte": big("name: a\nroot_agent: {agent_class: ", "Loop", "}\n"),
    "trust of everything": "trust: {imports: ['*']}\n" + agent("tools: [os.system, nobody:x]"),
    "trust of a bad pattern": "trust: {imports: ['"
    + "[!" * 5_000
    + "*" * 5_000
    + "']}\n"
    + agent("tools: [os.system]"),
    "trust of a slow pattern": "trust: {imports: ['"
    + "*a" * 400
    + "!']}\n"
    + agent(f"tools: ['{'a' * 3_000}.b']"),
    "many trusts": "trust: {imports: ["
    + "'x*y*z*', " * 4_000
    + "]}\n"
    + each("tools", 500, "xyxyxz#.b"),
    "silenced by the thousand": big(APP + "x: 1\n", "# adkconf: ignore W801,W802\n"),
    "silencing of a mebibyte": big(APP + "x: 1\n# adkconf: ignore ", "W801,"),
}

TREES: dict[str, Content] = {**FILES, **REFERENCES, **MANY, **INTERPOLATIONS}


def lay_out(directory: Path) -> None:
    """Puts what the files refer to into a directory."""
    texts = {
        "big.txt": "x" * 1_000_000,
        "large.txt": "x" * 3_000_000,
        "wide.yaml": "name: w\nsub_agents: [" + "wide2.yaml, " * 100 + "]\n",
        "wide2.yaml": "name: w\nmodel: echo\n",
        "circle.yaml": "extends: circle2.yaml\nname: c\nmodel: echo\nsub_agents: [circle2.yaml]\n",
        "circle2.yaml": "extends: circle.yaml\nname: d\nmodel: echo\nsub_agents: [circle.yaml]\n",
        "bomb.yaml": "[" * 50_000,
        "deep.py": "x = " + "(" * 5_000,
        "names.py": "".join(f"def name{n}(): ...\n" for n in range(1_000)),
        "null.py": "x = 1\0\n",
        "power.py": "x = " + "-" * 100_000 + "1\n",
        "nodes.py": "def n(): ...\n",
        "large.env": "no variable\n" * 50_000,
        "long.env": "A=" + "'" * 500_000 + "\n",
    }
    for level in range(12):
        texts[f"fan{level}.yaml"] = f"extends: [{', '.join([f'fan{level + 1}.yaml'] * 10)}]\n"
    for name, text in texts.items():
        (directory / name).write_text(text)
    (directory / "latin.py").write_bytes(b"x = '\xe9'\n")
    (directory / "binary.txt").write_bytes(bytes(range(256)))
    for pipe in ("pipe.yaml", "pipe.py"):
        os.mkfifo(directory / pipe)
    for link, target in {
        "loop.yaml": "loop2.yaml",
        "loop2.yaml": "loop.yaml",
        "loop.py": "loop.py",
        "zero.yaml": "/dev/zero",
        "outside": "/etc",
    }.items():
        (directory / link).symlink_to(target)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(directory / "socket"))


# Paths to load instead of an app.yaml.
PATHS = (
    *(".", "missing.yaml", "a\0b", "x" * 5000, "x/" * 3000, "", "/", "~", "pipe.yaml", "loop.yaml"),
    *(
        "zero.yaml",
        "/dev/zero",
        "/dev/urandom",
        "/dev/tty",
        "/dev/stdin",
        "/proc/self/mem",
        "socket",
    ),
    *(
        "/proc/self/environ",
        "/proc/self/fd/0",
        "/proc/1/mem",
        "outside",
        "-",
        "\udcff.yaml",
        "bomb.yaml",
    ),
)
