"""The bookstore, and a service with constraints, before schemathesis: requests made from /openapi.json, good and bad, and every
answer held to it."""

import os
import pathlib
import re

import pytest

from cli import run

HERE = pathlib.Path(__file__).parent

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def schemathesis(monkeypatch, tmp_path):
    """Runs it against a server: how many operations of how many, and how many requests."""
    # What it remembers of a run is not for the next one.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
    monkeypatch.setenv("PYTHONPATH", str(HERE))

    def judge(server, *options: str) -> tuple[int, int, int]:
        config = ["--config-file", str(HERE / "schemathesis.toml")]
        answer = run("schemathesis", *config, "run", server.url + "/openapi.json", "--no-color", *options, seconds=380)
        assert answer.code == 0, answer.out[-8000:] + answer.err[-2000:]
        print(os.linesep.join(answer.out.splitlines()[-30:]))
        selected, total = re.search(r"Operations:\s+(\d+) selected / (\d+) total", answer.out).groups()
        return int(selected), int(total), int(re.search(r"(\d+) generated", answer.out).group(1))

    return judge


def test_no_answer_differs_from_the_openapi_document(bookstore, schemathesis):
    selected, total, cases = schemathesis(bookstore)
    assert selected == total >= 12 and cases > 200


def test_constraints_take_and_refuse_what_the_document_says(contract, schemathesis):
    """Of calls without a stream of requests; and without `Check`, which has what JSON Schema cannot say."""
    selected, _, cases = schemathesis(contract, "--include-operation-id-regex", r"^rules\.v1\.RulesService\.(Place|Follow|Find)")
    assert selected == 5 and cases > 200
