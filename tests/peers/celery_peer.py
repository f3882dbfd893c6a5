"""The application of Celery on the other side: a producer of our tasks, and the tasks of a stock worker."""

import os

from celery import Celery

app = Celery("celery_peer", broker=os.environ["AMQP_URL"], backend="rpc://")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    result_expires=60,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    # What the worker itself sends goes where its own tasks are.
    task_routes={"peer.*": {"queue": "celery.python"}},
)

tries: dict[str, int] = {}


@app.task(name="peer.add")
def add(a, b):
    return a + b


@app.task(name="peer.note")
def note(text):
    print(f"noted {text}", flush=True)


@app.task(name="peer.seen")
def seen(what):
    print(f"saw {what}", flush=True)
    return what


@app.task(name="peer.fail")
def fail(why):
    raise KeyError(why)


@app.task(name="peer.flaky", bind=True, max_retries=3)
def flaky(self, name):
    if self.request.retries < 1:
        raise self.retry(countdown=0.2)
    return self.request.retries


@app.task(name="peer.describe")
def describe(b, a=None):
    return f"{a!r} {b!r}"
