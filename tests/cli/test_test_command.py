"""`adkconf test`."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

APP = """
name: a
root_agent: {name: x, model: echo}
services: {session: "sqlite:///a.db"}
tests:
  - {name: Good one, turns: [{message: Hi, expect: {reply: Hi}}]}
  - {name: bad one, turns: [{message: Hi, expect: {reply: Ho}}]}
  - {name: other, turns: [{message: Hi}]}
"""


def test_a_failed_test_is_exit_code_1_with_its_place(adkconf, write):
    write("app.yaml", APP)
    done = adkconf("test", "app.yaml")
    assert done.returncode == 1
    assert 'error[E901]: expected "Ho", got "Hi"\n --> app.yaml:7:59\n' in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 failed, 2 passed in ")


@pytest.mark.parametrize(
    ("options", "names"),
    [(["-k", "GOOD"], ["Good one"]), (["-k", "o", "-x"], ["Good one", "bad one", "other"])],
)
def test_tests_are_chosen_by_a_part_of_their_name(adkconf, write, options, names):
    write("app.yaml", APP)
    done = adkconf("test", "app.yaml", "--format", "json", *options)
    assert [test["name"] for test in json.loads(done.stdout)["tests"]] == names


def test_several_reports_come_from_one_run(adkconf, write, tmp_path):
    write("app.yaml", APP)
    done = adkconf("test", "app.yaml", "--format", "github,junit=report.xml", "-k", "bad")
    assert done.stdout.startswith("::error file=app.yaml,line=7,")
    assert ElementTree.parse(tmp_path / "report.xml").getroot().get("failures") == "1"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["-k", "zzz"], "none of the 3 tests has 'zzz' in its name"),
        (["--set", "tests=[]"], "has no tests"),
    ],
)
def test_wrong_usage_is_exit_code_2(adkconf, write, options, complaint):
    write("app.yaml", APP)
    done = adkconf("test", "app.yaml", *options)
    assert (done.returncode, complaint in done.stderr) == (2, True)


def test_a_file_with_errors_is_exit_code_1(adkconf, write):
    write("app.yaml", APP.replace("reply: Ho", "repli: Ho"))
    done = adkconf("test", "app.yaml")
    assert done.returncode == 1
    assert "error[E201]: unknown key 'repli'" in done.stderr


def test_what_tools_print_does_not_get_into_the_report(adkconf, write):
    write("tools.py", "def talk() -> str:\n    '''Talks.'''\n    print('blah')\n    return 'ok'\n")
    model = "{scripted: [{call: {name: talk}}, {text: Done.}]}"
    write(
        "app.yaml",
        f"name: a\nroot_agent: {{name: x, model: {model}, tools: [./tools.py:talk]}}\n"
        "tests: [{name: t, turns: [{message: Hi, expect: {calls: [talk]}}]}]\n",
    )
    done = adkconf("test", "app.yaml", "--format", "json")
    assert json.loads(done.stdout)["passed"] == 1
    assert "blah" in done.stderr


def test_a_new_app_passes_its_test(adkconf, tmp_path):
    assert adkconf("init", "shop").returncode == 0
    done = adkconf("test", "shop/app.yaml")
    assert (done.returncode, done.stdout.splitlines()[-1][:8]) == (0, "1 passed")
    assert not (tmp_path / "shop/sessions.db").exists()
