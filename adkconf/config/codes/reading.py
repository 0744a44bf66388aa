"""Problems of a file as text."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
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
)
