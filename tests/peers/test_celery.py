"""A stock Celery 5 against our tasks, and our clients against its worker, over a real RabbitMQ."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import uuid

import pika
import pytest

from server import BINARIES
from test_amqp import get, wait_for_queue

SECONDS = 30
HERE = pathlib.Path(__file__).parent

pytestmark = pytest.mark.timeout(150)


class Program:
    """A program that writes to a file, and is stopped by its own handle."""

    def __init__(self, *command: str):
        self.log = tempfile.NamedTemporaryFile(prefix="celery-", suffix=".log")
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, cwd=HERE
        )

    def output(self) -> str:
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def until(self, pattern: str) -> re.Match:
        """The first match in what the program wrote."""
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.output())):
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.output()}"
            assert time.monotonic() < deadline, f"no {pattern!r} within {SECONDS} s:\n{self.output()}"
            time.sleep(0.05)
        return found

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(45)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@pytest.fixture(scope="module")
def channel(amqp_url):
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    yield connection.channel()
    connection.close()


@pytest.fixture(scope="module")
def ours(amqp_url, channel):
    """Our server of the tasks `tasks.*`, from the queue `celery`."""
    program = Program(BINARIES / "foreign-peer", "serve", amqp_url)
    wait_for_queue(channel.connection, "celery")
    wait_for_queue(channel.connection, "celery.dlq")
    yield program
    assert program.stop() == 0, program.output()


@pytest.fixture(scope="module")
def worker(amqp_url):
    """A stock worker of the tasks `peer.*`, from the queue `celery.python`."""
    program = Program(
        sys.executable, "-m", "celery", "-A", "celery_peer", "worker", "--pool=solo", "-Q", "celery.python",
        "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "info",
    )  # fmt: skip
    program.until(r"ready\.")
    yield program
    program.stop()


@pytest.fixture(scope="module")
def app(amqp_url):
    os.environ["AMQP_URL"] = amqp_url
    from celery_peer import app

    return app


@pytest.fixture
def send(app, ours):
    """`apply_async` of one of our tasks by its name."""
    return lambda name, *args, **options: app.signature(name, args=args, kwargs=options.pop("kwargs", {})).apply_async(**options)


def letter(channel, name: str = "celery"):
    """The next dead letter: its headers, and its reason."""
    properties, _ = get(channel, f"{name}.dlq")
    return properties.headers, properties.headers["x-polywire-reason"]


def test_a_producer_gets_our_answer(send):
    assert send("tasks.process_order", 101).get(SECONDS).startswith("101 nothing ")
    assert send("tasks.process_order", kwargs={"order_id": 102, "note": "soon"}).get(SECONDS).startswith("102 soon ")
    result = send("tasks.process_order", 103, kwargs={"note": "mixed"}, retries=2)
    assert result.get(SECONDS) == f"103 mixed id={result.id} retries=2"
    assert send("tasks.add", 2, 1 << 40).get(SECONDS) == (1 << 40) + 2
    assert send("tasks.seen", "null").get(SECONDS) is None


def test_a_message_is_an_object_or_its_members(send):
    assert send("tasks.ship", {"order_id": 7, "city": "Rome"}).get(SECONDS) == {"order_id": 7, "city": "Rome"}
    assert send("tasks.ship", kwargs={"orderId": 8}).get(SECONDS)["order_id"] == 8


def test_a_failure_is_raised(send, channel):
    channel.queue_purge("celery.dlq")
    with pytest.raises(Exception) as raised:
        send("tasks.buy", "typed").get(SECONDS)
    assert (type(raised.value).__name__, raised.value.args) == ("TaskError", ("sold out: typed",))
    with pytest.raises(Exception) as raised:
        send("tasks.buy", "plain").get(SECONDS)
    assert (type(raised.value).__name__, raised.value.args) == ("NotFound", ("no book `plain`",))
    assert "sold out" in letter(channel)[1] and "no book" in letter(channel)[1]


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "kind", "said"),
    [
        ("tasks.add", (1,), {}, "InvalidArgument", "`b` is missing"),
        ("tasks.add", (1, None), {}, "InvalidArgument", "`b` is missing"),
        ("tasks.add", (), {}, "InvalidArgument", "`a` is missing"),
        ("tasks.add", (1, 2, 3), {}, "InvalidArgument", "takes 2 arguments, and 3 were given"),
        ("tasks.add", (1, 2), {"c": 3}, "InvalidArgument", "no argument `c`"),
        ("tasks.add", (1,), {"a": 3}, "InvalidArgument", "`a` is given twice"),
        ("tasks.add", ("x", 1), {}, "InvalidArgument", "a"),
        ("tasks.ship", (), {}, "InvalidArgument", "names no argument"),
        ("tasks.nobody", (), {}, "Unimplemented", "`tasks.nobody`"),
    ],
)
def test_a_wrong_call_is_told_by_name(send, channel, name, args, kwargs, kind, said):
    channel.queue_purge("celery.dlq")
    with pytest.raises(Exception) as raised:
        send(name, *args, kwargs=kwargs).get(SECONDS)
    assert type(raised.value).__name__ == kind and said in raised.value.args[0], raised.value
    assert said in letter(channel)[1]


def test_a_task_waits_for_its_time(send, ours):
    began = time.time()
    assert send("tasks.add", 20, 1, countdown=2).get(SECONDS) == 21
    assert 1.9 < time.time() - began < 10
    from datetime import datetime, timedelta, timezone

    began = time.time()
    assert send("tasks.add", 20, 2, eta=datetime.now(timezone.utc) + timedelta(seconds=1)).get(SECONDS) == 22
    assert time.time() - began > 0.9


def test_a_task_that_is_too_late_is_a_dead_letter(send, channel):
    channel.queue_purge("celery.dlq")
    result = send("tasks.add", 30, 1, countdown=2, expires=1)
    with pytest.raises(Exception) as raised:
        result.get(SECONDS)
    assert type(raised.value).__name__ == "TaskRevokedError"
    assert letter(channel)[1].startswith("expired: ")


def test_a_result_that_nobody_wants_is_not_sent(send, app, ours):
    mark = uuid.uuid4().hex
    ignored = send("tasks.seen", mark, ignore_result=True)
    ours.until(f"ran seen {mark}")
    # The next result is the first one that comes.
    assert send("tasks.add", 1, 1).get(SECONDS) == 2
    assert app.backend.get_task_meta(ignored.id)["status"] == "PENDING"


def test_a_retry_is_the_same_task(send):
    assert send("tasks.flaky").get(SECONDS) == 2


def test_a_chain_goes_from_us_to_a_worker_and_back(app, ours, worker):
    mark = uuid.uuid4().hex
    steps = app.signature("tasks.add", args=(1, 2)) | app.signature("peer.add", args=(10,), queue="celery.python")
    steps |= app.signature("tasks.add", args=(100,))
    assert steps.apply_async().get(SECONDS) == 113
    quiet = app.signature("tasks.add", args=(1, 2)) | app.signature("tasks.seen", args=(mark,), immutable=True)
    assert quiet.apply_async().get(SECONDS) is None
    ours.until(f"ran seen {mark} parent=[0-9a-f]")


def test_a_chain_that_fails_fails_its_last_task(app, ours, channel):
    channel.queue_purge("celery.dlq")
    steps = app.signature("tasks.add", args=(1,)) | app.signature("tasks.add", args=(1,)) | app.signature("tasks.add", args=(2,))
    with pytest.raises(Exception, match="`b` is missing"):
        steps.apply_async().get(SECONDS)


def test_callbacks_and_errbacks_run(app, send, ours, worker):
    mark = uuid.uuid4().hex
    note = app.signature("peer.seen", queue="celery.python")
    assert send("tasks.process_order", 1, kwargs={"note": mark}, link=note).get(SECONDS)
    worker.until(f"saw 1 {mark} ")
    with pytest.raises(Exception, match="no book"):
        failed = send("tasks.buy", mark, link_error=[note])
        failed.get(SECONDS)
    worker.until(f"saw {failed.id}")


def test_a_group_is_waited_for_by_its_producer(app, ours):
    from celery import group

    assert sorted(group(app.signature("tasks.add", args=(n, n)) for n in range(5)).apply_async().get(SECONDS)) == [0, 2, 4, 6, 8]


def publish(channel, headers: dict, body: bytes, **properties):
    properties = {"content_type": "application/json", "content_encoding": "utf-8"} | properties
    channel.basic_publish("", "celery", body, pika.BasicProperties(headers=headers, **properties))


TASK = {"task": "tasks.add", "id": "7"}


def body(**options) -> bytes:
    return json.dumps([[1, 2], {}, options]).encode()


@pytest.mark.parametrize(
    ("headers", "content", "properties", "said"),
    [
        ({}, b'{"task": "tasks.add", "id": "7", "args": [1, 2]}', {}, "protocol 1"),
        (TASK, b"\x80\x05.", {"content_type": "application/x-python-serialize"}, "application/x-python-serialize"),
        (TASK, b"[]", {"content_type": "application/x-yaml"}, "application/x-yaml"),
        (TASK | {"compression": "application/x-gzip"}, b"x", {}, "application/x-gzip"),
        ({"task": "tasks.add"}, body(), {}, "`id` is missing"),
        (TASK | {"eta": "tomorrow"}, body(), {}, "`eta` is no time"),
        (TASK | {"expires": 7}, body(), {}, "`expires` is no time"),
        (TASK, b"{}", {}, "no list of `args`"),
        (TASK, b'["x", {}, {}]', {}, "`args` is no list"),
        (TASK, b'[[1, 2], [], {}]', {}, "`kwargs` is no object"),
        (TASK, b'[[1, NaN], {}, {}]', {}, "no list of `args`"),
        (TASK, body(chord={"task": "x"}), {}, "chord"),
        (TASK, body(callbacks=[{"task": "x", "subtask_type": "group"}]), {}, "`callbacks` has a group"),
        (TASK, body(callbacks={"task": "x"}), {}, "`callbacks` is no list"),
        (TASK, body(chain=[{"task": "x", "options": {"task_id": "7"}}]), {}, "comes back to the task `7`"),
        (TASK, body(chain=[{"task": "tasks.add"}] * 101), {}, "at most 100"),
        (TASK, b"[" * 100 + b"]" * 100, {}, "nests deeper than 64"),
        (TASK, body(chain=[{"task": "x", "options": {"queue": "orders"}}]), {}, "queue `orders`"),
        (TASK, body(chain=[{"task": "x", "options": {"exchange": "polywire.dlx"}}]), {}, "exchange `polywire.dlx`"),
    ],
)
def test_a_message_that_is_not_understood_is_told_by_name(channel, ours, headers, content, properties, said):
    channel.queue_purge("celery.dlq")
    publish(channel, headers, content, **properties)
    assert said in letter(channel)[1]


def test_results_go_to_queues_of_producers_alone(channel, ours, send):
    channel.queue_declare("victim", durable=True)
    publish(channel, TASK, body(), reply_to="victim")
    assert send("tasks.add", 1, 1).get(SECONDS) == 2
    assert channel.basic_get("victim", auto_ack=True) == (None, None, None)
    channel.queue_delete("victim")


def test_our_client_calls_a_stock_worker(amqp_url, worker):
    done = subprocess.run([BINARIES / "foreign-peer", "celery", amqp_url], capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert told["add"] == "ok 42" and told["note"] == "ok ()" and told["flaky"] == "ok 1", told
    assert told["fail"] == 'unknown KeyError: no stock "KeyError of builtins"', told
    assert told["nobody"].startswith("unimplemented NotRegistered: "), told
    assert told["describe"] == """ok "None ['x']\"""" and told["big"] == f"ok {(1 << 40) + 1}", told
    worker.until("noted from Rust")
