"""What a served app logs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end_to_end.conftest import Serve

APP = """\
name: broken
root_agent: {model: echo, before_model_callbacks: [{name: './code.py:fail'}]}
server: {log_format: json}
"""
RUN = {"appName": "broken", "userId": "ada", "sessionId": "s1"}


def test_lines_of_json_tell_the_request_and_the_run(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "code.py").write_text("def fail(*_, **__):\n    raise RuntimeError('no\\nluck')\n")
    message = {"role": "user", "parts": [{"text": "hi"}]}
    with serve(tmp_path / "app.yaml") as client:
        client.post("/apps/broken/users/ada/sessions/s1")
        headers = {"X-Request-Id": "r-1"}
        answer = client.post("/run", json={**RUN, "newMessage": message}, headers=headers)
        assert answer.status_code == 500
        events = client.get("/apps/broken/users/ada/sessions/s1").json()["events"]
    written = (tmp_path / "serve.log").read_text().splitlines()
    lines = [json.loads(line) for line in written]
    assert lines[0]["message"].startswith("adkconf ")
    of_run = [line for line in lines if line.get("requestId") == "r-1"]
    failed = next(line for line in of_run if line["level"] == "error")
    assert "RuntimeError: no\nluck" in failed["message"]
    told = of_run[-1]
    assert (told["method"], told["path"], told["status"]) == ("POST", "/run", 500)
    assert told["seconds"] > 0
    assert all(
        line["invocationId"] == events[-1]["invocationId"]
        for line in lines
        if "invocationId" in line
    )
