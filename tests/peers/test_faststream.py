"""FastStream against our tasks and calls, and its subscriber against our client, over a real RabbitMQ."""

import asyncio
import subprocess

import pika
import pytest
from faststream.rabbit import RabbitBroker, RabbitExchange, RabbitQueue

from server import BINARIES
from test_amqp import get, wait_for_queue
from test_celery import SECONDS, Program

pytestmark = pytest.mark.timeout(150)

# Its service's exchange, which polywire declares.
SERVICE = RabbitExchange("abroad.v1.PlainService", declare=False)


@pytest.fixture(scope="module")
def channel(amqp_url):
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    yield connection.channel()
    connection.close()


@pytest.fixture(scope="module")
def ours(amqp_url, channel):
    program = Program(BINARIES / "foreign-peer", "plain", amqp_url)
    for queue in ("plain.ours", "plain.ours.dlq", "abroad.v1.PlainService.rpc"):
        wait_for_queue(channel.connection, queue)
    yield program
    assert program.stop() == 0, program.output()


def run(amqp_url: str, work):
    """Runs `work` with a broker of FastStream."""

    async def with_broker():
        async with RabbitBroker(amqp_url) as broker:
            return await asyncio.wait_for(work(broker), SECONDS)

    return asyncio.run(with_broker())


def test_a_task_is_published(amqp_url, ours):
    run(amqp_url, lambda broker: broker.publish({"order_id": 7, "note": "soon"}, queue="plain.ours"))
    ours.until("ran place 7 soon")


def test_a_message_of_another_contract_is_a_dead_letter(amqp_url, channel, ours):
    channel.queue_purge("plain.ours.dlq")
    for body in ({}, {"id": 7}, ""):
        run(amqp_url, lambda broker: broker.publish(body, queue="plain.ours"))
        properties, _ = get(channel, "plain.ours.dlq")
        assert "invalid_argument" in properties.headers["x-polywire-reason"], properties.headers
    assert "ran place 0" not in ours.output()


def test_a_call_is_answered(amqp_url, ours):
    async def ask(broker, order):
        answer = await broker.request({"orderId": order}, exchange=SERVICE, routing_key="Price", timeout=SECONDS)
        return answer.headers["grpc-status"], await answer.decode()

    assert run(amqp_url, lambda broker: ask(broker, 7)) == ("0", {"result": 42})
    status, body = run(amqp_url, lambda broker: ask(broker, 8))
    assert (status, body["message"]) == ("5", "no order 8")


def test_a_subscriber_takes_our_tasks(amqp_url, ours):
    async def subscribe():
        broker, packed = RabbitBroker(amqp_url), asyncio.get_running_loop().create_future()

        # polywire declares the queue, a quorum queue with dead letters.
        @broker.subscriber(RabbitQueue("plain.theirs", declare=False))
        async def pack(body: dict):
            if not packed.done():
                packed.set_result(body)

        command = [BINARIES / "foreign-peer", "faststream", amqp_url]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=SECONDS)
        assert done.stdout == "pack ok ()\n", done
        async with broker:
            await broker.start()
            return await asyncio.wait_for(packed, SECONDS)

    assert asyncio.run(subscribe()) == {"orderId": 7, "city": "Rome"}
