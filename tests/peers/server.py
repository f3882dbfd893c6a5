"""The servers under test: started on a free loopback port, awaited, stopped by pid.

Owns processes and ports alone; what is asked of a server is in the test_*.py files.
"""

import os
import pathlib
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


def free_port() -> int:
    """A port that was free a moment ago. Outside the range of outgoing connections, so that none takes it meanwhile."""
    for candidate in range(10000 + os.getpid() % 5000, 20000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    raise RuntimeError("no free port between 10000 and 20000")


class Server:
    """One server process, by default with the in-memory broker."""

    def __init__(self, program: str, amqp: str = "memory:", *more: str):
        self.program = program
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.ws = f"ws://{self.address}"
        self.log = tempfile.NamedTemporaryFile(prefix=f"{program}-", suffix=".log")
        self.process = subprocess.Popen(
            [BINARIES / program, "--listen", self.address, "--amqp", amqp, *more],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "RUST_LOG": os.environ.get("RUST_LOG", "info"), "RUST_BACKTRACE": "1"},
        )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.program} ended with {self.process.returncode}:\n{self.output()}")
                if time.monotonic() > deadline:
                    self.process.kill()
                    raise RuntimeError(f"{self.program} did not listen within {START_SECONDS} s:\n{self.output()}")
                time.sleep(0.05)

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
