"""What a conversation test finds."""

from __future__ import annotations

from adkconf.config.codes.code import Code

CODES = (
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
)
