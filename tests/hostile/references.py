"""References that no app may have, and the places of an app where references stand."""

# ruff: noqa: RUF001 (letters that look like others are meant)

from __future__ import annotations

_MODULES = (
    *("os", "os.path", "posix", "sys", "subprocess", "importlib", "importlib.util", "builtins"),
    *(
        "pickle",
        "marshal",
        "shelve",
        "ctypes",
        "socket",
        "shutil",
        "code",
        "codeop",
        "pty",
        "runpy",
    ),
    *(
        "platform",
        "webbrowser",
        "antigravity",
        "timeit",
        "trace",
        "pdb",
        "bdb",
        "cProfile",
        "doctest",
    ),
    *(
        "multiprocessing",
        "threading",
        "asyncio",
        "signal",
        "tempfile",
        "pathlib",
        "zipimport",
        "imp",
    ),
    *(
        "this",
        "__main__",
        "__future__",
        "site",
        "sitecustomize",
        "usercustomize",
        "_posixsubprocess",
    ),
    *("yaml", "jinja2", "pydantic", "sqlalchemy", "httpx", "google.genai", "google.auth", "click"),
    *("jsonschema", "uvicorn", "starlette", "pip", "setuptools", "pytest", "numpy", "torch"),
    *("adkconf", "adkconf.runners", "adkconf.builder.imports", "google.adk", "nobody", "x.y.z"),
)
_ATTRIBUTES = ("system", "Popen", "__import__", "loads")
_BUILTINS = ("eval", "exec", "compile", "open", "input", "getattr", "breakpoint", "__import__")
_DUNDERS = (
    *("__class__", "__globals__", "__builtins__", "__subclasses__", "__loader__", "__spec__"),
    *("__init__.__globals__", "__class__.__mro__", "__code__", "__reduce__"),
)

STRANGE = (
    # Out of the project by a path, a link, a case or a drive.
    *("../outside.py:run", "./../outside.py:run", "sub/../../outside.py:run", "/etc/x.py:run"),
    *("link.py:run", "./link.py:run", "folder/outside.py:run", "./folder/outside.py:run"),
    *("folder.outside:run", "folder.outside.run", "link:run", "link.run", "~/x.py:run"),
    *("./../project/../outside.py:run", "C:\\x.py:run", "\\\\host\\x.py:run", "//host/x.py:run"),
    *("/dev/stdin.py:run", "/proc/self/cwd/../outside.py:run", "$HOME/x.py:run", "../outside:run"),
    *("..outside:run", "..outside.run", ".outside:run", "....:run", "outside.py:run", "./.py:run"),
    # Addresses.
    *("file:///etc/x.py:run", "file://outside.py:run", "http://example.com/x.py:run"),
    *("https://example.com/x.py:run", "data:text/x-python,import os:run", "python:os.system"),
    *("git+https://example.com/x.git#egg=x", "entry_point:x", "module:os:system", "os:system:x"),
    # Python where a name belongs.
    *("__import__('os').system('id')", "os.system('id')", "lambda: 1", "(lambda: 1)()", "os;sys:x"),
    *("os.system id", "import os", "exec('1')", "f'{1}'", "[].__class__", "().__class__.__base__"),
    *(
        "os[system]",
        "os->system",
        "os::system",
        "os/system",
        "os\\system",
        "os:system()",
        "os: system",
    ),
    *("os .system", " os.system", "os.system ", "os.\nsystem", "os\t:system", "%6fs:system"),
    *(
        "os\\u002esystem",
        "&#111;s:system",
        "os:sys\\x74em",
        "-m os",
        "--import os",
        "os.",
        ".os",
        ":",
    ),
    *("os:", ":system", "os..system", "os:.system", "os:system.", "o s:system", "os,sys:x", "*:*"),
    # Letters that look like others.
    *(
        "ｏｓ:system",
        "ｏｓ.system",
        "оs:system",
        "оs.system",
        "os․system",
        "os﹕system",
        "os：system",
    ),
    *(
        "o\u200bs:system",
        "os\u200d.system",
        "o\u0455:system",
        "𝗈𝗌:system",
        "𝓸𝓼.system",
        "ⓞⓢ.system",
    ),
    *(
        "os:ｓystem",
        "os.ѕystem",
        "ﬁle:run",
        "ſys:exit",
        "oſ.system",
        "s\u0443s.exit",
        "os\ufe55system",
    ),
    # The project's own module, and what it only passes on.
    *("./tools.py:os.system", "tools:os.system", "./tools.py:sub.Popen", "tools:sub.Popen"),
    *("./tools.py:nothing", "tools:nothing", "tools.nothing", "./tools.py:search.__globals__"),
    *("tools:search.__globals__.os.system", "tools.search.__class__", "tools:Kit.__mro__"),
    *("./tools.py:Kit.__init__.__globals__", "tools:os.path.join", "tools:importlib.import_module"),
    *("./missing.py:run", "missing:run", "tools.missing:run", "./tools.txt:run", "./tools.pyc:run"),
    *("./tools.so:run", "./tools.zip:run", "./tools.pth:run", "./__pycache__/tools.pyc:run"),
)

REFERENCES = (
    *(f"{module}:{_ATTRIBUTES[number % 4]}" for number, module in enumerate(_MODULES)),
    *(f"{module}.{_ATTRIBUTES[(number + 1) % 4]}" for number, module in enumerate(_MODULES)),
    *(f"builtins:{name}" for name in _BUILTINS),
    *(f"__builtins__.{name}" for name in _BUILTINS),
    *(f"os:{name}" for name in _DUNDERS),
    *(f"tools:search.{name}" for name in _DUNDERS),
    *("os:system", "os.popen", "os:execv", "os.spawnl", "os:fork", "subprocess:Popen"),
    *("subprocess.run", "subprocess:check_output", "importlib:import_module", "importlib.reload"),
    *("importlib:__import__", "importlib.util:spec_from_file_location", "runpy.run_path"),
    *("pickle:loads", "pickle.Unpickler", "marshal:loads", "shelve.open", "yaml.unsafe_load"),
    *("yaml:UnsafeLoader", "jinja2:Template", "sqlalchemy.text", "numpy:load", "torch.load"),
    *("ctypes:CDLL", "ctypes.util.find_library", "code:interact", "pty.spawn", "timeit:timeit"),
    *("operator:attrgetter", "functools.partial", "types:FunctionType", "inspect.getattr_static"),
    *("logging.config:dictConfig", "logging.config.fileConfig", "asyncio:create_subprocess_shell"),
    *STRANGE,
)

# Each a line of an app; `@` stands for a reference in quotes.
POSITIONS = {
    "root_agent": "root_agent: @",
    "code": "root_agent: {code: @}",
    "code with arguments": "root_agent: {code: {name: @, args: {a: 1}}}",
    "agent_class": "root_agent: {agent_class: @, name: x}",
    "sub_agents": "root_agent: {model: echo, sub_agents: [@]}",
    "tools": "root_agent: {model: echo, tools: [@]}",
    "tools with arguments": "root_agent: {model: echo, tools: [{@: {a: 1}}]}",
    "tools by name": "root_agent: {model: echo, tools: [{name: @, args: {a: 1}}]}",
    "func": "root_agent: {model: echo, tools: [{FunctionTool: {func: @}}]}",
    "callback": "root_agent: {model: echo, before_model_callback: @}",
    "callbacks": "root_agent: {model: echo, after_tool_callbacks: [{name: @}]}",
    "model": "root_agent: {model: @}",
    "model_code": "root_agent: {model_code: {name: @}}",
    "planner": "root_agent: {model: echo, planner: @}",
    "code_executor": "root_agent: {model: echo, code_executor: @}",
    "output_schema": "root_agent: {model: echo, output_schema: @}",
    "input_schema": "root_agent: {model: echo, input_schema: {name: @}}",
    "node": "root_agent: {agent_class: Workflow, edges: [[START, @]]}",
    "function node": "root_agent: {agent_class: Workflow, "
    "edges: [[START, {func_code: @, name: x}]]}",
    "plugins": "root_agent: {model: echo}\nplugins: [@]",
    "plugins with arguments": "root_agent: {model: echo}\nplugins: [{@: {a: 1}}]",
    "models": "root_agent: {model: fast}\nmodels: {fast: @}",
    "summarizer": "root_agent: {model: echo}\n"
    "compaction: {compaction_interval: 2, overlap_size: 1, summarizer: {model: @}}",
    "session": "root_agent: {model: echo}\nservices: {session: @}",
    "artifact": "root_agent: {model: echo}\nservices: {artifact: {@: {a: 1}}}",
    "memory": "root_agent: {model: echo}\nservices: {memory: @}",
    "credential": "root_agent: {model: echo}\nservices: {credential: @}",
}

TOOLS = """
import importlib
import os
import subprocess as sub

def search(query: str) -> str:
    "Searches."
    return query

class Kit:
    def __init__(self): ...
"""
