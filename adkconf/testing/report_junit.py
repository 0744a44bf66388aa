"""The results of tests as JUnit's XML, which CI systems read."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from adkconf.config.rendering.excerpt import printable, render_text
from adkconf.config.spec.conversation import ConversationSpec
from adkconf.testing.outcome import Outcome, Results


def results_as_junit(results: Results) -> str:
    """Returns a document with one suite: the app; a test has at most one `failure`, with all."""
    counts = {
        "tests": str(len(results.outcomes) + len(results.not_run)),
        "failures": str(len(results.failed)),
        "errors": "0",
        "skipped": str(len(results.not_run)),
        "time": f"{results.seconds:.3f}",
    }
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", {"name": results.app, **counts})
    for outcome in results.outcomes:
        case = _case(suite, outcome.test, results.app)
        case.set("time", f"{outcome.seconds:.3f}")
        if not outcome.passed:
            _add_failure(case, outcome, results)
    for test in results.not_run:
        case = _case(suite, test, results.app)
        SubElement(case, "skipped", {"message": "another test failed before"})
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(suite: Element, test: ConversationSpec, app: str) -> Element:
    place = {"file": test.at.file, "line": str(test.at.line)}
    return SubElement(suite, "testcase", {"name": printable(test.name), "classname": app, **place})


def _add_failure(case: Element, outcome: Outcome, results: Results) -> None:
    first = outcome.failures[0]
    more = len(outcome.failures) - 1
    message = first.message + (f" (and {more} more)" if more else "")
    failure = SubElement(case, "failure", {"type": first.code, "message": printable(message)})
    failure.text = render_text(outcome.failures, results.sources, color=False)
