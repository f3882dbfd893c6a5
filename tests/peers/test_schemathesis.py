"""The bookstore before schemathesis: requests made from its /openapi.json, good and bad, and every answer held to it."""

import os
import pathlib
import re

import pytest

from cli import run

HERE = pathlib.Path(__file__).parent

pytestmark = pytest.mark.timeout(400)


def test_no_answer_differs_from_the_openapi_document(bookstore, monkeypatch, tmp_path):
    # What it remembers of a run is not for the next one.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    config = ["--config-file", str(HERE / "schemathesis.toml")]
    answer = run("schemathesis", *config, "run", bookstore.url + "/openapi.json", "--no-color", seconds=380)
    assert answer.code == 0, answer.out[-8000:] + answer.err[-2000:]
    selected, total = re.search(r"Operations:\s+(\d+) selected / (\d+) total", answer.out).groups()
    assert selected == total and int(total) >= 12, answer.out
    cases = int(re.search(r"(\d+) generated", answer.out).group(1))
    assert cases > 200, answer.out
    print(os.linesep.join(answer.out.splitlines()[-30:]))
