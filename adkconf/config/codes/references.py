"""Problems of what is named: components, Python objects, arguments."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
    Code(
        "E501",
        "unknown component",
        "No built-in, installed extension or name in the file is called like this.",
        "tools: [gogle_search]",
        "Correct the spelling, or refer to Python: `./tools.py:search`.",
        beyond="names of installed extensions (`adkconf schema app.yaml` has them), and of "
        "nodes of workflows",
    ),
    Code(
        "E502",
        "Python file not found",
        "The source of a reference is missing, or outside of the project.",
        "tools: [./tols.py:search]",
        "Check the path; it is relative to the file that names it.",
    ),
    Code(
        "E503",
        "name not found in a Python file",
        "The module defines nothing of this name.",
        "tools: [./tools.py:serch]",
        "Correct the name, or define it.",
    ),
    Code(
        "E504",
        "import that is not trusted",
        "The module is neither of the project nor of an installed extension, nor allowed.",
        "tools: [os.system]",
        "If you want it, allow it: `trust: {imports: [module]}`.",
    ),
    Code(
        "E505",
        "arguments that do not fit",
        "An argument is unknown, one that is needed is missing, or a value is not what the "
        "annotation of its parameter says.",
        "plugins: [./audit.py:AuditPlugin: {levle: full}]",
        "See the parameters of the function or class, and their annotations.",
        beyond="arguments of Python objects (`adkconf schema app.yaml` has them)",
    ),
    Code(
        "E506",
        "Python file cannot be parsed",
        "The source of a reference is no valid Python.",
        "def search(query:",
        "Correct the syntax error.",
    ),
)
