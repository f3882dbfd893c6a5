"""The bookstore as a process: its orders on the in-memory broker, and what it does when a port, a broker or it itself goes away."""

import json
import os
import pathlib
import socket
import subprocess
import time

import grpc
import pika
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli import run
from server import BINARIES, ROOT, Server
from stubs import compile_stubs

SECONDS = 60

pytestmark = pytest.mark.timeout(200)


def eventually(tell, want: str):
    """The first true answer of `tell`; `want` says what was waited for."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if answer := tell():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {SECONDS} s: {want}")


# --- orders -----------------------------------------------------------------------------------


def place(server) -> int:
    """`POST /orders` with the body `{}`."""
    placed = run("curl", "--silent", "--fail-with-body", "--max-time", "40", "--json", "{}", server.url + "/orders", seconds=50)
    assert placed.code == 0, placed
    return int(json.loads(placed.out)["orderId"])


def watch(server, order: int) -> list[tuple[str, int]]:
    """State and attempt of each change up to the last, over server-sent events."""
    told = run(
        "curl", "--silent", "--fail-with-body", "--no-buffer", "--max-time", "60",
        "-H", "accept: text/event-stream", f"{server.url}/orders/{order}/events", seconds=70,
    )  # fmt: skip
    assert told.code == 0, told
    *changes, end = told.out.strip().replace("\r\n", "\n").split("\n\n")
    assert "event: end" in end, told
    items = [json.loads(change.partition("data:")[2]) for change in changes]
    return [(item["state"].removeprefix("ORDER_STATE_"), item["attempt"]) for item in items]


def test_orders_on_the_broker_in_memory(fresh_bookstore, tmp_path):
    orders = [place(fresh_bookstore) for _ in range(17)]
    assert orders == list(range(1, 18))
    shipped = [("PLACED", 0), ("PROCESSING", 1), ("SHIPPED", 1)]
    assert watch(fresh_bookstore, 1) == shipped
    # The same stream over gRPC.
    pb, rpc = compile_stubs(fresh_bookstore, "orders", tmp_path)
    with grpc.insecure_channel(fresh_bookstore.address) as channel:
        changes = rpc.OrderServiceStub(channel).WatchOrder(pb.WatchOrderRequest(order_id=2), timeout=SECONDS)
        assert [(pb.OrderState.Name(change.state), change.attempt) for change in changes] == [
            (f"ORDER_STATE_{state}", attempt) for state, attempt in shipped
        ]
    retry = lambda attempt: [("PROCESSING", attempt), ("RETRYING", attempt)]  # noqa: E731
    assert watch(fresh_bookstore, 13) == [("PLACED", 0), *retry(1), *retry(2), ("PROCESSING", 3), ("SHIPPED", 3)]
    assert watch(fresh_bookstore, 17) == [
        ("PLACED", 0), *retry(1), *retry(2), *retry(3), ("PROCESSING", 4), ("FAILED", 4),
    ]  # fmt: skip


def test_each_call_is_logged_with_wire_method_code_and_duration(fresh_bookstore):
    fresh_bookstore.get("/books/1")
    assert run("curl", "--silent", fresh_bookstore.url + "/books/999").code == 0
    logged = lambda: [line for line in fresh_bookstore.output().splitlines() if "GetBook" in line]  # noqa: E731
    lines = eventually(lambda: logged() if len(logged()) == 2 else None, "two lines of log")
    for line, code in zip(lines, ["ok", "not_found"]):
        for part in ["wire=http", 'method="books.BookService/GetBook"', f'code="{code}"', "duration="]:
            assert part in line


def test_it_says_where_everything_listens(fresh_bookstore):
    text = fresh_bookstore.output()
    for part in [fresh_bookstore.url, fresh_bookstore.ws + "/ws", "memory:"]:
        assert part in text


def test_listen_and_amqp_url_from_the_environment():
    server = Server.with_environment("bookstore", LISTEN="127.0.0.1:0", AMQP_URL="memory:")
    try:
        assert json.loads(server.get("/books/1"))["id"] == 1
    finally:
        code = server.stop()
    assert code == 0


# --- what goes away ---------------------------------------------------------------------------


def test_a_taken_port_is_one_line_and_exit_1():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = run(str(BINARIES / "bookstore"), "--listen", address, "--amqp", "memory:")
    assert told.code == 1
    lines = (told.out + told.err).splitlines()
    assert len(lines) == 1 and address in lines[0], lines


class Broker:
    """A RabbitMQ of this file's own, so that it can be taken away."""

    def __init__(self, folder: pathlib.Path):
        self.environment = {**os.environ, "RABBITMQ_DIR": str(folder)}

    def do(self, verb: str) -> str:
        told = subprocess.run(
            [ROOT / "scripts" / "rabbitmq", verb], env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert told.returncode == 0, told.stderr
        return told.stdout

    def start(self) -> str:
        self.do("start")
        return self.do("url").strip()


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path / "rabbitmq")
    try:
        yield broker
    finally:
        broker.do("remove")


def health(server, service: str = "") -> str:
    with grpc.insecure_channel(server.address) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service), timeout=20)
        return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


def ends_well(server) -> None:
    code = server.stop()
    assert code == 0, server.output()[-4000:]


def test_a_broker_that_comes_later_and_restarts(broker):
    # The queues are declared, and the broker is stopped in good order, before any crash: RabbitMQ 3.10 writes the name of
    # a new quorum queue to disk some seconds late, and forgets the queue if it is killed before.
    url = broker.start()
    first = Server("bookstore", url)
    eventually(lambda: health(first) == "SERVING", "the topology")
    ends_well(first)
    broker.do("stop")
    server = Server("bookstore", url)
    try:
        # Away at start: the HTTP side serves, and health tells.
        assert json.loads(server.get("/books/1")) == {"id": 1, "title": "Django for APIs"}
        assert health(server) == "NOT_SERVING"
        broker.start()
        eventually(lambda: health(server) == "SERVING", "health after the broker came")
        assert watch(server, place(server))[-1] == ("SHIPPED", 1)
        # Killed as a crash would, and back: nobody restarts the server.
        broker.do("kill9")
        assert json.loads(server.get("/books/1"))["id"] == 1
        eventually(lambda: health(server) == "NOT_SERVING", "health after the broker was killed")
        broker.start()
        eventually(lambda: health(server) == "SERVING", "health after the broker came back")
        assert watch(server, place(server))[-1] == ("SHIPPED", 1)
    finally:
        ends_well(server)


def test_sigterm_in_mid_work_loses_no_task(broker):
    count = 2_000
    url = broker.start()
    servers = [Server("bookstore", url)]
    try:
        eventually(lambda: health(servers[0]) == "SERVING", "the topology")
        connection = pika.BlockingConnection(pika.URLParameters(url))
        channel = connection.channel()
        channel.confirm_delivery()
        for number in range(count):
            order = 10_000_000 + number * 13 * 17 + 1
            channel.basic_publish("", "orders", json.dumps({"order_id": order}).encode(), mandatory=True)
            if number in (500, 1_000, 1_500):
                ends_well(servers[-1])
                servers.append(Server("bookstore", url))
        done = 'method="orders.OrderService/ProcessOrder" code="ok"'
        eventually(lambda: sum(server.output().count(done) for server in servers) >= count, "every task was done")
        assert channel.queue_declare("orders.dlq", passive=True).method.message_count == 0
        connection.close()
    finally:
        ends_well(servers[-1])
