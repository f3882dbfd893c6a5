"""The servers under test: started on a loopback port that they choose, awaited, stopped by pid.

Owns processes and ports alone; what is asked of a server is in the test_*.py files.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("POLYWIRE_BIN_DIR", ROOT / "target" / "debug"))

START_SECONDS = 20
STOP_SECONDS = 45


# Where a server says that it listens: the first line that it writes.
LISTENS = re.compile(r"(?:^listening on |  http://)127\.0\.0\.1:(\d+)", re.MULTILINE)


class Server:
    """One server process, by default with the in-memory broker."""

    def __init__(self, program: str, amqp: str = "memory:", *more: str):
        self.start(program, [BINARIES / program, "--listen", "127.0.0.1:0", "--amqp", amqp, *more], {})

    @classmethod
    def with_environment(cls, program: str, **environment: str) -> "Server":
        """One that is told by its environment alone."""
        server = cls.__new__(cls)
        server.start(program, [BINARIES / program], environment)
        return server

    def start(self, program: str, command: list, environment: dict) -> None:
        self.program = program
        self.log = tempfile.NamedTemporaryFile(prefix=f"{program}-", suffix=".log")
        defaults = {"RUST_LOG": os.environ.get("RUST_LOG", "info"), "RUST_BACKTRACE": "1"}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **defaults, **environment},
        )
        # The server takes a free port and says which: one that was free a moment ago may be another program's by now.
        self.port = int(self.until(lambda: LISTENS.search(self.output()), "say where it listens").group(1))
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.ws = f"ws://{self.address}"
        self.until(self.accepts, "listen")

    def accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def until(self, tell, what: str):
        """The first true answer of `tell`."""
        deadline = time.monotonic() + START_SECONDS
        while not (answer := tell()):
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.program} ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                raise RuntimeError(f"{self.program} did not {what} within {START_SECONDS} s:\n{self.output()}")
            time.sleep(0.05)
        return answer

    def output(self) -> str:
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read()

    def stop(self) -> int:
        """SIGTERM, as an orchestrator would; returns the exit code, which a drained server makes 0."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"{self.program} did not drain within {STOP_SECONDS} s:\n{self.output()[-4000:]}")
