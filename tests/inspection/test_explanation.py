from __future__ import annotations

import pytest

from adkconf.config.codes.table import CODES
from adkconf.inspection.explanation import explain_code


@pytest.mark.parametrize("name", CODES)
def test_every_code_has_all_that_an_explanation_needs(name: str):
    text = explain_code(name)
    code = CODES[name]
    assert text.startswith(f"{name}: {code.title}\n")
    assert all(line in text for line in code.example.splitlines())
    assert " ".join(code.fix.split()) in " ".join(text.split())
    assert code.cause
    assert max(map(len, text.splitlines())) <= 100
