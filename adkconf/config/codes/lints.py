"""What somebody who knows the field would not do."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
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
