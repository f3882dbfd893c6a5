"""Fixtures: the two servers, one of each a test file, and stubs from what they emit."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from server import Server  # noqa: E402
from stubs import compile_stubs  # noqa: E402


def serve(program: str, amqp: str = "memory:", *more: str):
    """Yields a running server; a server that does not drain to exit code 0 fails the file that used it."""
    server = Server(program, amqp, *more)
    try:
        yield server
    finally:
        code = server.stop()
    assert code == 0, f"{program} exited with {code} on SIGTERM:\n{server.output()[-4000:]}"


@pytest.fixture(scope="module")
def contract():
    yield from serve("contract-server")


@pytest.fixture
def secure_contract(tmp_path):
    """A server with TLS, and the file of its certificate."""
    certificate = tmp_path / "cert.pem"
    for server in serve("contract-server", "memory:", "--tls", str(certificate)):
        yield server, certificate


@pytest.fixture(scope="module")
def bookstore():
    yield from serve("bookstore")


@pytest.fixture
def fresh_bookstore():
    """A bookstore that nobody has written to."""
    yield from serve("bookstore")


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """A real RabbitMQ; its absence is a failure, not a skip."""
    url = os.environ.get("AMQP_URL")
    assert url, "AMQP_URL is not set; run scripts/test amqp, or: eval of `scripts/rabbitmq start`"
    return url


@pytest.fixture(scope="module")
def broker_bookstore(amqp_url):
    """The bookstore on a real broker."""
    yield from serve("bookstore", amqp_url)


@pytest.fixture(scope="module")
def contract_stubs(contract, tmp_path_factory):
    return compile_stubs(contract, "contract.v1", tmp_path_factory.mktemp("contract"))
