"""pika against a real RabbitMQ: RPC over direct reply-to, a stranger's task, dead letters."""

import json
import sys
import time
import uuid

import pika
import pytest

from cli import run
from conftest import serve
from server import BINARIES, ROOT

SECONDS = 30

pytestmark = pytest.mark.timeout(150)


@pytest.fixture(scope="module")
def broker(amqp_url, broker_bookstore):
    """A channel, opened once the bookstore's own queue is there."""
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    wait_for_queue(connection, "orders")
    yield connection.channel()
    connection.close()


def wait_for_queue(connection, name: str) -> None:
    """The server declares its topology after it has started to listen; a passive declare tells when it is there."""
    deadline = time.monotonic() + SECONDS
    while True:
        channel = connection.channel()
        try:
            channel.queue_declare(name, passive=True)
            channel.close()
            return
        except pika.exceptions.ChannelClosedByBroker:
            assert time.monotonic() < deadline, f"queue {name} was not declared within {SECONDS} s"
            time.sleep(0.2)


def rpc(channel, exchange: str, key: str, body: bytes, content_type: str, **properties):
    """One call over RabbitMQ's direct reply-to: the reply's properties and body."""
    replies = []
    consumer = channel.basic_consume(
        "amq.rabbitmq.reply-to", lambda _ch, _method, props, reply: replies.append((props, reply)), auto_ack=True
    )
    correlation = str(uuid.uuid4())
    channel.basic_publish(
        exchange,
        key,
        body,
        pika.BasicProperties(
            reply_to="amq.rabbitmq.reply-to", correlation_id=correlation, content_type=content_type, **properties
        ),
    )
    deadline = time.monotonic() + SECONDS
    while not replies and time.monotonic() < deadline:
        channel.connection.process_data_events(0.1)
    channel.basic_cancel(consumer)
    assert replies, f"no reply within {SECONDS} s"
    properties, reply = replies[0]
    assert properties.correlation_id == correlation
    return properties, reply


def get(channel, queue: str):
    """Takes one message from a queue, waiting for it."""
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method:
            return properties, body
        channel.connection.process_data_events(0.2)
    raise AssertionError(f"nothing in {queue} after 100 s")


def book(channel, number: int):
    return rpc(channel, "books.BookService", "GetBook", json.dumps({"id": number}).encode(), "application/json")


# --- RPC --------------------------------------------------------------------------------------


def test_rpc_in_json(broker):
    properties, body = book(broker, 1)
    assert json.loads(body) == {"id": 1, "title": "Django for APIs"}
    assert properties.content_type == "application/json"
    assert str(properties.headers.get("grpc-status", "0")) == "0"


def test_rpc_in_protobuf(broker):
    properties, body = rpc(broker, "books.BookService", "GetBook", b"\x08\x01", "application/protobuf")
    assert body == b"\x08\x01\x12\x0fDjango for APIs"
    assert properties.content_type == "application/protobuf"


def test_rpc_error(broker):
    properties, body = book(broker, 999)
    assert str(properties.headers["grpc-status"]) == "5"
    assert "999" in properties.headers["grpc-message"]
    assert json.loads(body)["code"] == 5


def test_rpc_body_that_is_no_request(broker):
    properties, _ = rpc(broker, "books.BookService", "GetBook", b'{"id": "x"}', "application/json")
    assert str(properties.headers["grpc-status"]) == "3"
    assert "id" in properties.headers["grpc-message"]


def test_headers_that_nest_without_end_stop_nobody(broker):
    """Four times as deep as what aborted a consumer before its connection was screened."""
    nested = "deep"
    for _ in range(8_000):
        nested = {"n": nested}
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        properties, reply = rpc(
            broker,
            "books.BookService",
            "GetBook",
            json.dumps({"id": 1}).encode(),
            "application/json",
            headers={"nested": nested},
        )
    finally:
        sys.setrecursionlimit(limit)
    assert json.loads(reply)["title"] == "Django for APIs"
    assert str(properties.headers.get("grpc-status", "0")) == "0"
    assert json.loads(book(broker, 1)[1])["id"] == 1


def test_rpc_many_in_a_row(broker):
    for _ in range(50):
        assert json.loads(book(broker, 1)[1])["id"] == 1


# --- tasks ------------------------------------------------------------------------------------


def watch(server, order: int) -> str:
    """Everything that the server says of an order, up to the stream's end. It knows a stranger's order once it has it."""
    deadline = time.monotonic() + SECONDS
    while True:
        told = run(
            "curl", "--silent", "--fail", "--no-buffer", "--max-time", "60",
            "-H", "accept: text/event-stream", f"{server.url}/orders/{order}/events", seconds=70,
        )  # fmt: skip
        if told.code == 0:
            return told.out
        assert told.code == 22 and time.monotonic() < deadline, told
        time.sleep(0.1)


def publish(channel, body: bytes) -> None:
    """As a stranger would: default exchange, the queue's name, no header, not even a content type."""
    channel.basic_publish("", "orders", body)


def test_a_strangers_task_is_processed(broker, broker_bookstore):
    publish(broker, b'{"order_id": 700001}')
    assert "event: end" in watch(broker_bookstore, 700001)


def test_a_task_that_fails_twice_succeeds_at_last(broker, broker_bookstore):
    publish(broker, b'{"orderId": "13013"}')
    assert "event: end" in watch(broker_bookstore, 13013)


def test_a_task_that_always_fails_is_dead_lettered(broker):
    broker.queue_purge("orders.dlq")
    publish(broker, b'{"order_id": 17017}')
    properties, body = get(broker, "orders.dlq")
    assert json.loads(body) == {"order_id": 17017}
    assert properties.headers, "a dead letter says why it is one"


def test_what_is_no_task_is_dead_lettered_at_once(broker):
    broker.queue_purge("orders.dlq")
    publish(broker, b"\xff not JSON")
    properties, body = get(broker, "orders.dlq")
    assert body == b"\xff not JSON"
    assert any("polywire" in name for name in properties.headers), properties.headers


def dlq(amqp_url: str, action: str, *more: str):
    """`cargo polywire dlq` on the dead letters of the orders."""
    return run(str(BINARIES / "cargo-polywire"), "polywire", "dlq", action, "orders", "--url", amqp_url, *more)


def listed_ids(amqp_url: str) -> list[str]:
    return sorted(line.split("\t")[2] for line in dlq(amqp_url, "list").out.splitlines())


def test_dead_letters_by_the_command(broker, amqp_url):
    broker.queue_purge("orders.dlq")
    for name in ("first", "second", "third"):
        properties = pika.BasicProperties(message_id=name, headers={"traceparent": "00-1"})
        broker.basic_publish("", "orders", f"\x1b[2J{name}".encode(), properties)
    deadline = time.monotonic() + SECONDS
    while len((listed := dlq(amqp_url, "list")).out.splitlines()) < 3:
        assert listed.code == 0 and time.monotonic() < deadline, listed
        time.sleep(0.1)
    lines = [line.split("\t") for line in listed.out.splitlines()]
    assert {line[2] for line in lines} == {"first", "second", "third"}, listed
    assert all(line[1] == "1" and "invalid_argument" in line[4] for line in lines), listed

    shown = dlq(amqp_url, "show", "--id", "second", "--code", "invalid_argument", "--newer", "1h")
    assert "\x1b" not in shown.out
    letter = shown.json()
    assert (letter["id"], letter["exchange"], letter["routingKey"]) == ("second", "", "orders")
    assert letter["body"] == "\x1b[2Jsecond" and letter["status"]["code"] == 3 and letter["trace"] == "00-1"

    refused = dlq(amqp_url, "purge", "--id", "first")
    assert refused.code == 2 and "--yes" in refused.err, refused
    assert dlq(amqp_url, "purge", "--id", "first", "--yes").out == "1 purged\n"
    # It fails again, and is a letter again under the same id.
    assert dlq(amqp_url, "replay", "--limit", "1").out == "1 replayed\n"
    deadline = time.monotonic() + SECONDS
    while listed_ids(amqp_url) != ["second", "third"]:
        assert time.monotonic() < deadline, dlq(amqp_url, "list")
        time.sleep(0.1)
    assert dlq(amqp_url, "purge", "--yes").out == "2 purged\n"

    nowhere = run(str(BINARIES / "cargo-polywire"), "polywire", "dlq", "list", "nowhere", "--url", amqp_url)
    assert nowhere.code == 1 and "`nowhere.dlq`" in nowhere.err, nowhere


def test_an_administrator_creates_what_a_server_declares(amqp_url, tmp_path):
    """Once the definitions are there, the server finds each exchange and queue with its own arguments."""
    definitions = tmp_path / "definitions.json"
    sources = str(ROOT / "examples" / "bookstore" / "src" / "main.rs")
    made = run(
        str(BINARIES / "cargo-polywire"), "polywire", "topology", sources,
        "--group", "bookstore", "--vhost", "imported", "--out", str(definitions),
    )  # fmt: skip
    assert made.code == 0, made
    for command in (
        ["add_vhost", "imported"],
        ["set_permissions", "-p", "imported", "guest", ".*", ".*", ".*"],
        ["import_definitions", str(definitions)],
    ):
        done = run(str(ROOT / "scripts" / "rabbitmq"), "ctl", *command, seconds=60)
        assert done.code == 0, done
    written = json.loads(definitions.read_text())
    channel = pika.BlockingConnection(pika.URLParameters(f"{amqp_url}/imported")).channel()
    before = {queue["name"] for queue in written["queues"]}
    assert {"orders", "orders.dlq", "books.BookService.rpc", "polywire.delay.1s"} <= before
    for name in before:
        channel.queue_declare(name, passive=True)
    for exchange in written["exchanges"]:
        channel.exchange_declare(exchange["name"], passive=True)
    for server in serve("bookstore", f"{amqp_url}/imported"):
        publish(channel, b'{"order_id": 700002}')
        assert "event: end" in watch(server, 700002)
        assert "exists with other arguments" not in server.output(), server.output()
    listed = run(str(ROOT / "scripts" / "rabbitmq"), "ctl", "list_queues", "-p", "imported", "name", "--no-table-headers", seconds=60)
    durable = {name for name in listed.out.split() if not name.startswith("amq.")}
    assert durable == before, "the server declared nothing else"


def test_a_placed_order_goes_through_the_broker(broker_bookstore, broker):
    placed = run(
        "curl", "--silent", "--fail", "-H", "content-type: application/json", "-d", "{}", f"{broker_bookstore.url}/orders"
    )
    order = int(json.loads(placed.out)["orderId"])
    assert "event: end" in watch(broker_bookstore, order)
