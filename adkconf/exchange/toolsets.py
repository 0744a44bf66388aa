"""Sets of tools as Python: how their servers are reached, where their documents are."""

from __future__ import annotations

from adkconf.builder.arguments import convert
from adkconf.builder.credentials import with_credential
from adkconf.builder.mcp import (
    ADKS_PARAMS,
    CONNECTION,
    PROGRAM,
    PYTHON,
    SERVER,
    kind_at_url,
    params_address,
)
from adkconf.builder.openapi import document_file, language
from adkconf.config.spec.component import ToolSpec
from adkconf.config.spec.section import Section
from adkconf.exchange.components import ComponentWriter, argument_steps
from adkconf.exchange.project_code import program_files
from adkconf.exchange.python_text import Call, Code, Expression, literal

TOOLSETS = ("mcp", "openapi")
_AUTH = ("auth_scheme", "auth_credential")
_STDIO = ADKS_PARAMS["stdio_connection_params"]


class ToolsetWriter:
    """Writes the built-in sets of tools into a module."""

    def __init__(self, writer: ComponentWriter) -> None:
        self._writer = writer
        self._values = writer.values
        self._components = writer.components

    def write(self, spec: ToolSpec) -> Expression:
        """Returns the set of tools.

        Raises:
            Fault: an argument does not fit, or cannot be written.
        """
        if spec.name == "mcp":
            ready, aside = {"connection_params": self._connection(spec)}, CONNECTION
        else:
            ready, aside = self._document(spec), ("spec",)
        ready |= self._auth(spec)
        rest = {key: value for key, value in spec.args.items() if key not in (*aside, *_AUTH)}
        return self._writer.component(spec.model_copy(update={"args": rest}), ready)

    def _auth(self, spec: ToolSpec) -> dict[str, Expression]:
        """Returns the scheme and the credential as objects: the constructors take no dicts."""
        if not spec.args.keys() & set(_AUTH):
            return {}
        plain = with_credential(spec, self._components)
        given = {
            name: self._components.plain(plain[name])
            for name in _AUTH
            if plain.get(name) is not None
        }
        made = convert(self._components.find(spec), given)
        return {
            name: Call(
                f"{self._values.imported(type(value)).text}.model_validate",
                args=(self._written(spec, name),),
            )
            for name, value in made.items()
        }

    def _document(self, spec: ToolSpec) -> dict[str, Expression]:
        name = spec.args.get("spec")
        if name is None:
            return {}
        file = document_file(spec, self._components)
        self._values.carry(file)
        text = self._values.read_text(str(name), spec, *argument_steps(spec, "spec"))
        return {"spec_str": text, "spec_str_type": literal(language(file))}

    def _connection(self, spec: ToolSpec) -> Expression:
        for name, kind in ADKS_PARAMS.items():
            if (section := spec.args.get(name)) is not None:
                return self._params(kind, self._fields(section))
        if (section := spec.args.get("stdio_server_params")) is not None:
            return self._params(_STDIO, {"server_params": self._process(self._fields(section))})
        if spec.args.get("url") is not None:
            return self._params(kind_at_url(spec.args), self._given(spec, SERVER))
        program = self._given(spec, PROGRAM)
        if program["command"] == literal(PYTHON):
            program["command"] = Code(f"{self._writer.module.module('sys').text}.executable")
        cwd = spec.args.get("cwd")
        beside = self._values.beside(str(cwd or "."), spec, *spec.arg_steps("cwd"))
        program["cwd"] = Call("str", args=(self._values.below_here(beside),))
        self._carry_program(spec)
        process = {"server_params": self._process(program)}
        return self._params(_STDIO, process | self._given(spec, ("timeout",)))

    def _fields(self, section: Section) -> dict[str, Expression]:
        """Returns the fields of google-adk's words; a program in them becomes an object, too."""
        fields = self._writer.fields(section)
        if isinstance(program := getattr(section, "server_params", None), Section):
            fields["server_params"] = self._process(self._writer.fields(program))
        return fields

    def _carry_program(self, spec: ToolSpec) -> None:
        """Has the package bring the files of the project that the command line names."""
        home = self._components.references.beside(spec, str(spec.args.get("cwd") or "."))
        for name in (spec.args["command"], *(spec.args.get("args") or ())):
            file = home / str(name)
            for path in program_files(file) if file.suffix == ".py" else (file,):
                self._values.carry(path)

    def _params(self, kind: str, fields: dict[str, Expression]) -> Expression:
        return Call(self._writer.address(params_address(kind)).text, fields)

    def _process(self, fields: dict[str, Expression]) -> Expression:
        return Call(self._writer.module.member("mcp", "StdioServerParameters").text, fields)

    def _given(self, spec: ToolSpec, names: tuple[str, ...]) -> dict[str, Expression]:
        return {
            name: self._written(spec, name) for name in names if spec.args.get(name) is not None
        }

    def _written(self, spec: ToolSpec, name: str) -> Expression:
        return self._values.of(spec.args[name], spec, *spec.arg_steps(name))
