"""systemd: its own tools judge the units of examples/systemd and hand over sockets; a client connects all through a restart."""

import os
import pathlib
import signal
import socket
import subprocess
import threading
import urllib.request

import pytest

from cli import run
from server import BINARIES, ROOT

SECONDS = 45
BOOKSTORE = BINARIES / "bookstore"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(address: str) -> bytes:
    with urllib.request.urlopen(f"http://{address}/books/1", timeout=SECONDS) as answer:
        return answer.read()


def end(process: subprocess.Popen) -> int:
    process.send_signal(signal.SIGINT)
    return process.wait(SECONDS)


def test_systemd_finds_nothing_to_blame_in_the_units(tmp_path):
    units = []
    for name in ("books.service", "books.socket"):
        text = (ROOT / "examples/systemd" / name).read_text()
        (tmp_path / name).write_text(text.replace("/usr/local/bin/bookstore", "/bin/true"))
        units.append(str(tmp_path / name))
    told = run("systemd-analyze", "verify", *units)
    assert (told.code, told.out + told.err) == (0, ""), told


@pytest.mark.parametrize("listen", ["systemd:", "systemd:http"])
def test_a_socket_of_systemd(listen):
    port = free_port()
    command = ["systemd-socket-activate", "--listen", f"127.0.0.1:{port}", "--fdname=http", BOOKSTORE, "--listen", listen]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        line = process.stdout.readline()
        assert f"Listening on 127.0.0.1:{port}" in line, line
        # The first connection starts the program.
        assert b"title" in get(f"127.0.0.1:{port}")
    finally:
        assert end(process) == 0


def test_a_socket_that_is_not_there_is_told_of():
    told = run(str(BOOKSTORE), "--listen", "systemd:http")
    assert told.code == 1 and "systemd handed over no socket" in told.err, told
    port = free_port()
    command = ["systemd-socket-activate", "--listen", f"127.0.0.1:{port}", "--fdname=web", BOOKSTORE, "--listen", "systemd:http"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    process.stdout.readline()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS):
        output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1 and "no socket `http`" in output and "`web`" in output, output


class Restarts:
    """Processes that take the same socket, one after another."""

    def __init__(self, listener: socket.socket):
        self.listener = listener

    def start(self) -> subprocess.Popen:
        environment = {**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "http", "LISTEN_FDS_FIRST_FD": str(self.listener.fileno())}
        return subprocess.Popen(
            [BOOKSTORE, "--listen", "systemd:http"],
            pass_fds=[self.listener.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def test_a_restart_drops_no_connection_attempt():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        restarts, stop, answered, failed = Restarts(listener), threading.Event(), [], []

        def client():
            while not stop.is_set():
                try:
                    get(address)
                    answered.append(1)
                except OSError as error:
                    failed.append(error)

        process = restarts.start()
        clients = [threading.Thread(target=client) for _ in range(4)]
        for one in clients:
            one.start()
        try:
            for _ in range(3):
                before = len(answered)
                while len(answered) < before + 20 and not failed:
                    stop.wait(0.01)
                assert not failed, failed
                # The old one drains, and the next one is there only when it has gone.
                assert end(process) == 0
                process = restarts.start()
        finally:
            stop.set()
            for one in clients:
                one.join()
            end(process)
        assert not failed and len(answered) >= 60, failed


def test_nothing_of_the_socket_is_left_in_the_environment():
    """A program that the server starts must not take the socket for its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        process = Restarts(listener).start()
        try:
            assert b"title" in get(f"127.0.0.1:{listener.getsockname()[1]}")
            flags = pathlib.Path(f"/proc/{process.pid}/fdinfo/{listener.fileno()}").read_text()
            # O_CLOEXEC, in octal.
            assert int(flags.split("flags:")[1].split()[0], 8) & 0o2000000, flags
        finally:
            end(process)
