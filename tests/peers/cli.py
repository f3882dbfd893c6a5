"""Runs a command-line peer, bounded in time, and gives back what it said."""

import json
import subprocess
from dataclasses import dataclass


@dataclass
class Answer:
    """Exit code and both outputs of a program."""

    code: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)

    def items(self) -> list:
        """Every JSON value of the output, one after another as command-line clients print a stream."""
        decoder, text, values = json.JSONDecoder(), self.out.strip(), []
        while text:
            value, end = decoder.raw_decode(text)
            values.append(value)
            text = text[end:].lstrip()
        return values


def run(*command: str, stdin: str = "", seconds: int = 30) -> Answer:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=seconds)
    return Answer(done.returncode, done.stdout, done.stderr)
