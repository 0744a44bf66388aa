"""The codes of diagnostics: stable, one per kind of mistake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a code means: its cause, a small example of it, and the fix.

    If it `is_shape`, the JSON schema says it too, so that editors show it; except what is `beyond`
    the schema.
    """

    id: str
    title: str
    cause: str
    example: str
    fix: str
    beyond: str = ""

    @property
    def is_shape(self) -> bool:
        """Whether the JSON schema says it, at least in part."""
        return self.id.startswith("E2") or self.id in ("E501", "E505")


_ALL = (
    # Reading
    Code(
        "E101",
        "file cannot be read",
        "The file does not exist, is a directory, or may not be read.",
        "adkconf validate no-such-file.yaml",
        "Check the path and the permissions.",
    ),
    Code(
        "E102",
        "not a text file",
        "The file is not UTF-8 text, or has characters that do not belong in a text: control "
        "characters, or marks that change the direction of writing and hide what is there.",
        "A binary file, or a file saved in another encoding.",
        "Save the file as UTF-8 and remove the character.",
    ),
    Code(
        "E103",
        "too much",
        "The file is larger, more deeply nested, or by its aliases longer than any real app.",
        "[[[[[[[[…]]]]]]]]",
        "Give agents files of their own, `{config_path: agent.yaml}`, and long prompts too: "
        "`${file:prompt.txt}`.",
    ),
    Code(
        "E104",
        "invalid YAML",
        "The text is no YAML.",
        "instruction: Answer: yes or no",
        'Put the text in quotes, or use a block: `instruction: "Answer: yes or no"`.',
    ),
    Code(
        "E105",
        "empty file",
        "The file has nothing but comments, or not a mapping at its top.",
        "# nothing",
        "Write at least `name` and `root_agent`.",
    ),
    Code(
        "E106",
        "duplicate key",
        "A mapping has the same key twice; YAML forbids it.",
        "name: a\nname: b",
        "Remove one of the two.",
    ),
    Code(
        "E107",
        "YAML feature that is not allowed",
        "Tags, several documents, keys that are not text, and nested merges are not part of the "
        "language.",
        "model: !!python/name:os.system",
        "Write plain YAML.",
    ),
    Code(
        "E108",
        "number that cannot be kept exactly",
        "A number is infinite, no number at all, or an integer beyond 2^53.",
        "temperature: .nan",
        "Write a finite number; put long digit strings in quotes.",
    ),
    Code(
        "E109",
        "newer version of the language",
        "The file is written for a later version of adkconf, so that nothing else in it is looked "
        "at.",
        "schema: 2",
        "Install a newer adkconf; or write the file in this version's language, `schema: 1`.",
    ),
    # Shape
    Code(
        "E201",
        "unknown key",
        "The key has no meaning here, so it would have no effect.",
        "instuction: Be concise.",
        "Correct the spelling, or remove the key.",
        beyond="keys of a `null` in a profile, and keys of edges of workflows",
    ),
    Code(
        "E202",
        "missing key",
        "A key that must be there is not.",
        "root_agent: {model: echo}",
        "Add the key.",
        beyond="names of agents other than the root, `properties` of a `state_schema`, the ends of "
        "edges of workflows, and what the user says in a turn of a conversation test",
    ),
    Code(
        "E203",
        "wrong type",
        "The value is of another kind than expected, like a text instead of a number.",
        "server: {port: many}",
        "Write a value of the expected kind.",
        beyond="the names in `run.per_request`, and the nodes of edges of workflows",
    ),
    Code(
        "E204",
        "not one of the possible values",
        "The key takes one of a few values.",
        "engine: adk",
        "Write one of the values that the message names.",
        beyond="the mode of a root agent",
    ),
    Code(
        "E205",
        "value out of range",
        "The value is too small, too large, too short or too long.",
        "server: {port: 70000}",
        "Write a value within the range.",
    ),
    Code(
        "E206",
        "malformed value",
        "The text does not have the form that is needed.",
        "name: 1st-app",
        "Write it in the form that the message describes.",
        beyond="whether a JSON schema or a regular expression is one, and keys of tokens that "
        "anybody could have made",
    ),
    Code(
        "E207",
        "keys that do not go together",
        "One key excludes another, or needs it.",
        "compaction: {compaction_interval: 10}",
        "Add the key that is missing, or remove the other.",
        beyond="which of the ways to prove a token go together, maps in the middle of chains of "
        "workflows, and two messages in one turn of a conversation test",
    ),
    # Environment
    Code(
        "E301",
        "variable not set",
        "`${NAME}` is not in the environment, nor in a file of `env.files`.",
        "model: ${MODEL}",
        "Set the variable, or give a default: `${MODEL:-gemini-2.5-flash}`.",
    ),
    Code(
        "E302",
        "malformed interpolation",
        "After `${` there is no name, an unknown operator, or no closing `}`.",
        "model: ${MODEL",
        "Write `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or `${file:path}`; `$$` for `$`.",
    ),
    Code(
        "E303",
        "file for a value cannot be used",
        "The file of `${file:path}` is missing, outside of the project, too large or no text.",
        "instruction: ${file:prompt.txt}",
        "Check the path; it is relative to the file that names it.",
    ),
    Code(
        "E305",
        "environment file cannot be used",
        "A file of `env.files` is missing, or a line of it is not `NAME=value`.",
        "env: {files: [.env]}",
        "Create the file, or correct the line.",
    ),
    # Composition
    Code(
        "E401",
        "included file cannot be used",
        "A file that this one builds on, or that has an agent, is missing or outside of the "
        "project.",
        "sub_agents: [{config_path: researcher.yaml}]",
        "Check the path; it is relative to the file that names it.",
    ),
    Code(
        "E402",
        "files include each other",
        "A file leads back to itself.",
        "a.yaml: extends: b.yaml, b.yaml: extends: a.yaml",
        "Break the circle.",
    ),
    Code(
        "E403",
        "unknown profile",
        "The file has no profile of this name.",
        "adkconf validate app.yaml --profile prod",
        "Choose one of its profiles.",
    ),
    Code(
        "E404",
        "override cannot be applied",
        "`--set` needs `key.key=value`, and the way must lead through mappings.",
        "adkconf validate app.yaml --set server.port",
        "Write the whole path and a value.",
    ),
    # References
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
    # Meaning
    Code(
        "E601",
        "name that cannot be used",
        "An agent's name is an identifier, and `user` is reserved.",
        "root_agent: {name: my agent}",
        "Use letters, digits and underscores; start with a letter.",
    ),
    Code(
        "E602",
        "two agents or tests of the same name",
        "Agents are told apart by their names, and so are conversation tests.",
        "sub_agents: [{name: a}, {name: a}]",
        "Rename one of them.",
    ),
    Code(
        "E603",
        "unknown model",
        "No provider serves a model of this name, and it is not under `models`.",
        "model: gemni-2.5-flash",
        "Correct the name, or add it to `models`.",
    ),
    Code(
        "E604",
        "workflow that cannot be run",
        "The edges between the nodes make no sound graph: a node cannot be reached, a circle has "
        "no way out, two edges are the same.",
        "edges: [[START, a, b], [b, a]]",
        "Change the edges as the message says.",
    ),
    # Building
    Code(
        "E701",
        "not supported here",
        "The language has the key, the engine in use does not support it.",
        "plugins: [cloud_trace]  # with `engine: google-adk`",
        "Leave it out, or use another engine.",
    ),
    Code(
        "E702",
        "import failed",
        "Importing a module raised.",
        "tools: [./tools.py:search]  # tools.py raises",
        "Correct the module; the message tells what it raised.",
    ),
    Code(
        "E703",
        "not usable as what it stands for",
        "The Python object is of another kind than needed.",
        "plugins: [./audit.py:a_number]",
        "Refer to an object, a class or a function of the right kind.",
    ),
    Code(
        "E704",
        "component could not be made",
        "The constructor or factory of a component raised.",
        "plugins: [./audit.py:AuditPlugin: {level: full}]",
        "See what it raised; correct its arguments.",
    ),
    Code(
        "E705",
        "service could not be opened",
        "A database, a directory or another resource could not be opened.",
        "services: {session: postgresql://nowhere/db}",
        "Check the URI, and that the server runs.",
    ),
    # Conversation tests
    Code(
        "E901",
        "unexpected reply",
        "The text of the last answer of a turn is not as a conversation test expects it.",
        "expect: {reply: {contains: open}}  # got: The museum is closed.",
        "Correct the app, or what the test expects: `equals`, `contains`, `not_contains`, "
        "`matches` or `response_match`.",
    ),
    Code(
        "E902",
        "unexpected calls of tools",
        "In a turn of a conversation test other tools were called, in another order, or with "
        "other arguments.",
        "expect: {calls: [{name: opening_hours, args: {place: museum}}]}  # got: place: pool",
        "Correct the app or the test. Where other calls may come between, write "
        "`calls_match: in_order`; where any order will do, `any_order`.",
    ),
    Code(
        "E903",
        "unexpected agent",
        "Another agent gave the last answer, or others took part in a turn of a conversation test.",
        "expect: {author: poet}  # got: concierge",
        "Correct the app, or what the test expects as `author` or `agents`.",
    ),
    Code(
        "E904",
        "unexpected state",
        "After a turn of a conversation test, a key of the session's state has another value.",
        "expect: {state: {last_place: museum}}  # got: pool",
        "Correct the app or the test; null stands for a key that is not there.",
    ),
    Code(
        "E905",
        "unexpected artifacts",
        "After a turn of a conversation test, a file is missing or its text is another one.",
        "expect: {artifacts: [report.txt]}",
        "Correct the app, or what the test expects.",
    ),
    Code(
        "E906",
        "unexpected number of model calls",
        "A turn of a conversation test took more or fewer answers of models than expected.",
        "expect: {model_calls: 2}  # got: 5",
        "Find out what asks the model again; or correct the number.",
    ),
    Code(
        "E907",
        "turn failed, or did not fail as expected",
        "A turn of a conversation test ended with an error that the test does not expect, or "
        "without the one that it does.",
        "expect: {error: RUN_TIMEOUT}  # the turn ended well",
        "Correct what the error is about; or expect it: `error: CODE`.",
    ),
    Code(
        "E908",
        "unexpected question, or none to answer",
        "The app waits for other answers than a conversation test expects; or the test confirms or "
        "answers what nothing waits for.",
        "- confirm: true  # no tool has asked",
        "Correct the order of the turns; `expect: {waits_for: [tool]}` shows where a question "
        "comes up.",
    ),
    Code(
        "E909",
        "turn took too long",
        "A turn of a conversation test took longer than the test's `timeout_seconds`.",
        "timeout_seconds: 1  # with a tool that takes two",
        "Find out what takes so long, or allow more.",
    ),
    Code(
        "E910",
        "model that needs a network",
        "An agent asked a model that needs a network; conversation tests run without one.",
        "root_agent: {model: gemini-2.5-flash}  # and a test without models",
        "Give the test a model in its place, `models: {agent: {scripted: […]}}`, or run "
        "`adkconf test --live`.",
    ),
    # Lints
    Code(
        "W801",
        "comment that silences nothing",
        "A comment `# adkconf: ignore CODE` names a code that is no lint, or one that finds "
        "nothing on its line.",
        "name: app  # adkconf: ignore W899",
        "Correct the code, or remove the comment.",
    ),
    Code(
        "W802",
        "kept in memory, with several workers",
        "Each worker is a process of its own with a memory of its own; the next request of a "
        "conversation may reach another one.",
        "server: {workers: 4}",
        "Keep sessions, artifacts and memories where all workers find them.",
    ),
    Code(
        "W803",
        "SQLite with several workers",
        "Only one process at a time can write to a SQLite file; on a network drive not even that "
        "is safe.",
        "server: {workers: 4}\nservices: {session: sqlite:///sessions.db}",
        "Use a database server, or one worker.",
    ),
    Code(
        "W804",
        "open to strangers",
        "The server listens to other machines and asks nobody for a token. `adkconf serve` refuses "
        "to start like that.",
        "server: {host: 0.0.0.0}",
        "Add `server.auth.bearer`, or listen on 127.0.0.1.",
    ),
    Code(
        "W805",
        "cache without a model that has one",
        "Only Gemini has a context cache; no agent of the app uses such a model.",
        "cache: true\nroot_agent: {model: echo}",
        "Remove `cache`, or set it in the profile that has the model.",
    ),
    Code(
        "W806",
        "compaction without a model to summarise",
        "Summaries are written by a model. The app has none, or one that only repeats or recites.",
        "compaction: {compaction_interval: 5, overlap_size: 1, summarizer: {model: echo}}",
        "Name a model: `summarizer: {model: gemini-3.5-flash}`.",
    ),
    Code(
        "W807",
        "cannot be resumed",
        "The app is resumable, but a part of it cannot go on where it stopped: sessions that end "
        "with the program, or a tool that waits inside of an agent that is a tool itself.",
        "resumability: true\nservices: {session: memory://}",
        "Keep sessions in a file or a database; have tools that wait in agents that are no tools.",
    ),
    Code(
        "W808",
        "never reached",
        "No run comes to this agent: the one above it may call no functions, or it stands behind "
        "a loop that does not end.",
        "generate_content_config: {tool_config: {function_calling_config: {mode: NONE}}}\n"
        "sub_agents: [{name: a}]",
        "Let the agent above hand over, end the loop, or remove the agent.",
    ),
    Code(
        "W809",
        "placeholder that nothing provides",
        "An instruction names a key of the state that no `output_key` of another agent writes. The "
        "run fails where the client has not set it.",
        "instruction: Write about {topic}.",
        "Correct the key; write `{topic?}` if it may be missing.",
    ),
    Code(
        "W810",
        "tool without an effect",
        "No model can call the tool, the agent has it twice, or there is nothing it could do.",
        "tools: [exit_loop]  # of an agent that is in no loop",
        "Remove the tool, or put it where it belongs.",
    ),
    Code(
        "W811",
        "secret in clear",
        "A password, a token or a key is written in the file, where everybody who has the file "
        "reads it. `adkconf show` and the excerpts of diagnostics hide it.",
        "server: {auth: {bearer: hunter2}}",
        "Take it from the environment, `${API_TOKEN:?}`, or from a file, `${file:/run/secrets/x}`; "
        "and change it, since it is known.",
    ),
    Code(
        "W812",
        "deprecated",
        "google-adk will remove this; there is another way already.",
        "run: {save_input_blobs_as_artifacts: true}",
        "Use what the message names.",
    ),
    Code(
        "W813",
        "loop without an end",
        "The loop has no `max_iterations`, and none of its agents has the tool `exit_loop` or code "
        "of its own. It goes on until `run.max_llm_calls` is used up.",
        "agent_class: LoopAgent\nsub_agents: [{name: writer}]",
        "Add `max_iterations`, or the tool `exit_loop`.",
    ),
    Code(
        "W814",
        "model that is gone or misspelt",
        "Google has switched the model off, or the name is none that its models have.",
        "model: gemini-1.5-pro",
        "Use a model that is there, like `gemini-3.5-flash`.",
    ),
    Code(
        "W815",
        "key without an effect here",
        "The key counts only at another place.",
        "sub_agents: [{name: a, global_instruction: Be brief.}]",
        "Move it to the place that the message names.",
    ),
    Code(
        "W816",
        "text that a comment cuts off",
        "Behind a space, '#' starts a comment. What stands there looks like a part of the text.",
        "instruction: Post it in #general.",
        "Put the value in quotes; write `# ` where a comment is meant.",
    ),
    Code(
        "W817",
        "transfer to nobody",
        "A scripted model hands the conversation to an agent that the app does not have.",
        "scripted: [{call: {name: transfer_to_agent, args: {agent_name: pot}}}]",
        "Correct the name.",
    ),
)

CODES: dict[str, Code] = {code.id: code for code in _ALL}
