"""Tortures a server and a producer of polywire through a real RabbitMQ, and keeps the books.

  scripts/torture                       every scenario
  scripts/torture drain kill-broker     those
  scripts/torture --seed 7 --seconds 20

A seed chooses when faults come. Each scenario has a virtual host of its own. The books know only what the programs wrote to their
files, and what pika sees in the queues:

  lost        confirmed, and neither done nor a dead letter
  wrong       a dead letter of a message that can be done
  no reason   a dead letter without a reason
  order       a message of a key that was done for the first time after a later one of the same key
  drained     done by a server that was asked to end and did, and again by another; or acknowledged on the wire and delivered again
  twice       done more than once for another cause, which at-least-once allows
"""

import argparse
import collections
import os
import pathlib
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import pika
from frames import Frames, Reader, Session

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("POLYWIRE_BIN_DIR") or ROOT / "target/debug") / "torture"
RATE = 200
KINDS = {"flaky": 8, "slow": 4, "bad": 2, "late": 3}
# Messages of these kinds end as dead letters, and rightly so.
DOOMED = {"bad", "poison"}
DELAYS = [f"polywire.delay.{ms}ms" for ms in (10, 20, 50, 100, 200, 500)] + [f"polywire.delay.{s}s" for s in (1, 2, 5)]


def rabbitmq(*args: str, home: pathlib.Path | None = None) -> str:
    """Runs scripts/rabbitmq on the broker of a directory, or on the one that the environment names."""
    env = {**os.environ, "RABBITMQ_DIR": str(home)} if home else None
    command = [ROOT / "scripts/rabbitmq", *args]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, env=env).stdout


def cluster(verb: str, home: pathlib.Path) -> None:
    env = {**os.environ, "RABBITMQ_CLUSTER_DIR": str(home)}
    subprocess.run([ROOT / "scripts/rabbitmq-cluster", verb], check=True, capture_output=True, timeout=300, env=env)


def port(home: pathlib.Path | None) -> int:
    return int(dict(line.split("=", 1) for line in rabbitmq("env", home=home).splitlines())["RABBITMQ_PORT"])


class Proxy:
    """A TCP proxy in front of the broker that cuts connections (RST), and swallows what passes, each way or both."""

    def __init__(self, port: int) -> None:
        self.upstream, self.pairs, self.hole, self.lock = port, {}, set(), threading.Lock()
        self.frames = Frames()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.upstream), 5)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.pairs[client] = server
            session = Session(self.frames)
            for source, target, way in ((client, server, "up"), (server, client, "down")):
                reader = Reader(session, from_broker=way == "down")
                threading.Thread(target=self.pump, args=(source, target, way, client, reader), daemon=True).start()

    def pump(self, source: socket.socket, target: socket.socket, way: str, client: socket.socket, reader: Reader) -> None:
        try:
            while True:
                # A black hole takes nothing away: TCP would tell both sides after minutes, a heartbeat after seconds.
                if way in self.hole:
                    time.sleep(0.05)
                    continue
                if not select.select([source], [], [], 0.1)[0]:
                    continue
                data = source.recv(65536)
                if not data:
                    break
                reader.feed(data)
                target.sendall(data)
        except (OSError, ValueError):
            pass  # the other pump of the pair has closed both
        self.end(client)

    def end(self, client: socket.socket, reset: bool = False) -> None:
        with self.lock:
            server = self.pairs.pop(client, None)
        if server is None:
            return
        for side in (client, server):
            if reset:
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            try:
                side.shutdown(socket.SHUT_RDWR) if not reset else None
            except OSError:
                pass
            side.close()

    def reset(self) -> None:
        for client in list(self.pairs):
            self.end(client, reset=True)


class World:
    def __init__(self, name: str, seed: int, seconds: float, folder: pathlib.Path) -> None:
        self.name, self.seconds, self.folder = name, seconds, folder
        self.random = random.Random(f"{seed} {name}")
        # The directories of the nodes. None is the broker that all scenarios share.
        self.homes = [folder / "cluster" / number for number in "123"] if name in CLUSTERED else [None]
        if name in CLUSTERED:
            cluster("start", folder / "cluster")
        self.ports = [port(home) for home in self.homes]
        self.vhost = f"torture-{name}-{os.getpid()}"
        self.ctl("add_vhost", self.vhost)
        self.ctl("set_permissions", "-p", self.vhost, "guest", ".*", ".*", ".*")
        self.proxy = Proxy(self.ports[0])
        # What a scenario finds by itself.
        self.found = {}
        self.servers, self.drained, self.number, self.over = [], set(), 0, time.monotonic() + seconds
        self.produced = 0

    def url(self, direct: bool = False) -> str:
        """Through the proxy; to a cluster, the addresses of all nodes."""
        ports = self.ports[:1] if direct else self.ports if len(self.ports) > 1 else [self.proxy.port]
        nodes = ",".join(f"127.0.0.1:{port}" for port in ports)
        return f"amqp://guest:guest@{nodes}/{self.vhost}?heartbeat=2"

    def ctl(self, *args: str) -> str:
        return rabbitmq("ctl", *args, home=self.homes[0])

    def start(self, *more: str) -> subprocess.Popen:
        self.number += 1
        log = self.folder / f"server-{self.number}.log"
        with open(self.folder / f"server-{self.number}.err", "wb") as err:
            server = subprocess.Popen([PROGRAM, "serve", self.url(), log, *more], stderr=err, stdout=err)
        server.number = self.number
        self.servers.append(server)
        return server

    def produce(self, count: int, kinds: dict[str, int], first: int | None = None) -> subprocess.Popen:
        kinds = [f"{kind}={percent}" for kind, percent in kinds.items()]
        first = self.produced if first is None else first
        args = [PROGRAM, "produce", self.url(), self.folder / "producer.log", str(first), str(count), str(RATE), *kinds]
        self.produced = max(self.produced, first + count)
        with open(self.folder / "producer.err", "ab") as err:
            return subprocess.Popen(args, stderr=err, stdout=err)

    def drain(self, server: subprocess.Popen) -> None:
        server.send_signal(signal.SIGTERM)
        if server.wait(60) == 0:
            self.drained.add(server.number)
        self.servers.remove(server)

    def kill(self, server: subprocess.Popen) -> None:
        server.kill()
        server.wait()
        self.servers.remove(server)

    def supervise(self) -> None:
        """Starts servers again that ended by themselves."""
        for server in list(self.servers):
            if server.poll() is not None:
                self.servers.remove(server)
                self.start()

    def pause(self, shortest: float, longest: float) -> bool:
        time.sleep(self.random.uniform(shortest, longest))
        return time.monotonic() < self.over

    def pika(self) -> pika.BlockingConnection:
        return pika.BlockingConnection(pika.URLParameters(self.url(direct=True).split("?")[0]))

    def close(self) -> None:
        for server in list(self.servers):
            self.kill(server)
        if self.homes[0]:
            cluster("remove", self.folder / "cluster")
        else:
            self.ctl("delete_vhost", self.vhost)


# --- the scenarios: what is done while messages flow ---------------------------------------------


def calm(world: World) -> None:
    world.start()
    time.sleep(world.seconds)


def kill_broker(world: World) -> None:
    world.start()
    while world.pause(2, 4):
        rabbitmq("kill9")
        time.sleep(world.random.uniform(0, 1))
        rabbitmq("start")


def kill_consumer(world: World) -> None:
    world.start()
    world.start()
    while world.pause(0.5, 1.5):
        world.kill(world.random.choice(world.servers))
        world.start()


def drain(world: World) -> None:
    world.start()
    while world.pause(0.5, 1.2):
        world.start()
        time.sleep(0.3)
        world.drain(world.servers[0])


def reset(world: World) -> None:
    world.start()
    while world.pause(0.3, 1):
        world.proxy.reset()


def black_hole(world: World) -> None:
    world.start()
    while world.pause(1, 2):
        world.proxy.hole = world.random.choice([{"up"}, {"down"}, {"up", "down"}])
        time.sleep(world.random.uniform(3, 7))
        world.proxy.hole = set()


def alarm(world: World) -> None:
    world.start()
    try:
        while world.pause(1, 2):
            rabbitmq("ctl", "set_vm_memory_high_watermark", "0.0001")
            time.sleep(world.random.uniform(1, 3))
            rabbitmq("ctl", "set_vm_memory_high_watermark", "0.4")
        tell_in_alarm(world)
    finally:
        rabbitmq("ctl", "set_vm_memory_high_watermark", "0.4")


def tell_in_alarm(world: World) -> None:
    """One try each in an alarm. What was told as not sent must not run. Then all are published under the same ids."""
    first, count = world.produced, 400
    rabbitmq("ctl", "set_vm_memory_high_watermark", "0.0001")
    world.produce(count, {"told": 100}, first).wait(120)
    rabbitmq("ctl", "set_vm_memory_high_watermark", "0.4")
    # What the broker held back runs now.
    time.sleep(3)
    done = {int(rest[1]) for _, (_, what, *rest) in lines(world.folder, "server-*.log") if what == "done"}
    told = {int(rest[0]): rest[1] for _, (_, what, *rest) in lines(world.folder, "producer.log") if what == "tried"}
    unsent = {id for id, code in told.items() if id >= first and code == "unavailable"}
    frames = world.proxy.frames
    world.found["told as not sent, and ran"] = sorted(unsent & done)
    world.found["sent on a blocked connection"] = [frames.published_while_blocked] if frames.published_while_blocked else []
    world.found["no alarm"] = [] if unsent and frames.blocked_times else [0]
    print(f"  in the alarm: {len(unsent)} of {count} told as not sent, {len(unsent & done)} of them ran", flush=True)
    world.produce(count, {}, first).wait(120)


def queue_deleted(world: World) -> None:
    """The queue itself is deleted while it is empty. What comes later runs."""
    world.start()
    while world.pause(1, 2):
        world.produce(100, {}).wait(60)
        settled(world, 30)
        with world.pika() as connection:
            connection.channel().queue_delete("torture.v1.Torture.Work")


def kill_node(world: World) -> None:
    """A cluster of three: each node in turn."""
    world.start()
    world.start()
    for home in world.homes:
        producer = world.produce(int(RATE * 10), KINDS)
        time.sleep(world.random.uniform(1, 4))
        rabbitmq("kill9", home=home)
        time.sleep(world.random.uniform(2, 4))
        rabbitmq("start", home=home)
        producer.wait(120)
        wait_for_replicas(home)


def wait_for_replicas(home: pathlib.Path) -> None:
    """Two of three must agree: the next node is killed when this one has caught up."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            rabbitmq("queues", "check_if_node_is_quorum_critical", home=home)
            return
        except subprocess.CalledProcessError:
            time.sleep(0.5)


def deleted(world: World) -> None:
    world.start()
    exchanges = ["torture.v1.Torture", "polywire.dlx", "polywire.delay.50ms", "polywire.delay.100ms", "polywire.delay.1s"]
    while world.pause(0.5, 1.5):
        with world.pika() as connection:
            connection.channel().exchange_delete(world.random.choice(exchanges))


def poison(world: World) -> None:
    world.start()
    world.start()
    while world.pause(0.05, 0.15):
        world.supervise()


def overload(world: World) -> None:
    """More slow calls over HTTP than the server has places."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    world.start(f"127.0.0.1:{port}")
    time.sleep(1)
    calls = []
    for _ in range(1_100):
        try:
            call = socket.create_connection(("127.0.0.1", port), 2)
            call.sendall(b"GET /slow?seconds=4 HTTP/1.1\r\nhost: torture\r\n\r\n")
            calls.append(call)
        except OSError:
            break
    time.sleep(world.seconds)
    for call in calls:
        call.close()


def kill_producer(world: World) -> None:
    world.start()
    while world.pause(0.5, 1):
        producer = world.produce(RATE * 10, KINDS)
        time.sleep(world.random.uniform(0.3, 1))
        producer.kill()
        producer.wait()


SCENARIOS = {
    "calm": calm, "kill-broker": kill_broker, "kill-consumer": kill_consumer, "kill-producer": kill_producer, "drain": drain,
    "reset": reset, "black-hole": black_hole, "alarm": alarm, "deleted": deleted, "queue-deleted": queue_deleted,
    "poison": poison, "overload": overload, "kill-node": kill_node,
}
# These have three nodes of their own.
CLUSTERED = {"kill-node"}
# These publish by themselves.
SELF = {"kill-producer", "kill-node", "queue-deleted"}
# What a short run in CI tries.
SHORT = ["kill-consumer", "drain", "reset", "poison"]


# --- the books -----------------------------------------------------------------------------------


def lines(folder: pathlib.Path, pattern: str):
    for path in sorted(folder.glob(pattern)):
        for line in path.read_text().splitlines():
            yield path.stem, line.split(" ")


def letters(world: World) -> list[tuple[int, str, str]]:
    """The dead letters: the id, the reason, and the queue."""
    found = []
    with world.pika() as connection:
        for queue in queues():
            channel = connection.channel()
            try:
                while (got := channel.basic_get(f"{queue}.dlq"))[0] is not None:
                    _, properties, _ = got
                    headers = properties.headers or {}
                    reason = headers.get("x-polywire-reason") or headers.get("x-first-death-reason")
                    found.append((int(properties.message_id.removeprefix("m-")), reason, queue))
                # Unacknowledged letters go back when the channel closes.
            except pika.exceptions.ChannelClosedByBroker:
                pass
    return found


def queues() -> list[str]:
    return ["torture.v1.Torture.Work"] + [f"torture.v1.Torture.Step.p{partition}" for partition in range(4)]


def settled(world: World, within: float = 240) -> bool:
    """Waits until no message waits anywhere, and no server has one."""
    end, quiet = time.monotonic() + within, 0
    while time.monotonic() < end and quiet < 4:
        world.supervise()
        waiting = 0
        listed = world.ctl("-q", "list_queues", "-p", world.vhost, "name", "messages", "--no-table-headers")
        for line in listed.splitlines():
            name, count = line.split("\t")
            waiting += 0 if name.endswith(".dlq") else int(count)
        quiet = quiet + 1 if waiting == 0 else 0
        time.sleep(0.2)
    return quiet >= 4


def judge(world: World) -> dict:
    confirmed, unknown = {}, set()
    for _, (_, what, *rest) in lines(world.folder, "producer.log"):
        if what == "confirmed":
            confirmed[int(rest[0])] = rest[1]
        elif what == "unknown":
            unknown.add(int(rest[0]))
    done, order = collections.defaultdict(list), collections.defaultdict(list)
    for log, (at, what, key, id, *_) in lines(world.folder, "server-*.log"):
        if what == "done":
            done[int(id)].append(int(log.removeprefix("server-")))
            order[key].append((int(at), int(id)))
    dead = letters(world)
    doomed = {id for id, _, _ in dead}
    lost = [id for id in confirmed if id not in done and id not in doomed]
    wrong = [(id, reason) for id, reason, _ in dead if confirmed.get(id, "?") not in DOOMED and id in confirmed]
    disorder = 0
    for key, steps in order.items():
        if key == "work":
            continue
        first = {}
        for at, id in sorted(steps):
            first.setdefault(id, at)
        ids = [id for id in first if confirmed.get(id) not in DOOMED]
        disorder += sum(1 for one, next in zip(ids, ids[1:]) if next < one)
    twice = {id: servers for id, servers in done.items() if len(servers) > 1}
    drained = [id for id, servers in twice.items() if any(server in world.drained for server in servers)]
    drained += [f"{id} on the wire" for id, _ in world.proxy.frames.acked_again]
    return {
        "confirmed": len(confirmed), "unknown": len(unknown), "done": len(done), "dead": len(dead), "lost": lost, "wrong": wrong,
        "no reason": [id for id, reason, _ in dead if not reason], "order": disorder,
        "drained": drained if world.name == "drain" else [], "twice": len(twice) - (len(drained) if world.name == "drain" else 0),
    }


def run(name: str, seed: int, seconds: float) -> bool:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        world = World(name, seed, seconds, pathlib.Path(folder))
        try:
            kinds = {"poison": 1, **KINDS} if name == "poison" else KINDS
            producer = None if name in SELF else world.produce(int(RATE * seconds), kinds)
            SCENARIOS[name](world)
            ended = producer is None or producer.wait(120) == 0
            quiet = settled(world)
            books = judge(world)
        finally:
            world.close()
    bad = [what for what in ("lost", "wrong", "no reason", "drained") if books[what]]
    bad += ["order"] if books["order"] else []
    books.update(world.found)
    bad += [what for what in world.found if books[what]]
    bad += [] if quiet else ["not settled"]
    bad += [] if ended else ["the producer did not end"]
    bad += [] if books["confirmed"] and books["done"] else ["nothing happened"]
    numbers = [value for what, value in books.items() if what not in world.found]
    counts = "  ".join(f"{len(value) if isinstance(value, list) else value:>6}" for value in numbers)
    print(f"{name:<14} {counts}   {'ok' if not bad else 'FAILED: ' + ', '.join(bad)}", flush=True)
    for what in ("lost", "wrong", "no reason", "drained", *world.found):
        if books[what]:
            print(f"  {what}: {books[what][:10]}", flush=True)
    return not bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", help=f"some of {', '.join(SCENARIOS)}; `short` for those of CI")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=15, help="how long messages are published, a scenario")
    args = parser.parse_args()
    names = args.scenarios or list(SCENARIOS)
    names = SHORT if names == ["short"] else names
    if unknown := [name for name in names if name not in SCENARIOS]:
        parser.error(f"no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    heads = ["sent", "unsure", "done", "dead", "lost", "wrong", "mute", "order", "drain", "twice"]
    print(f"seed {args.seed}, {args.seconds:g} s a scenario, {RATE} messages a second")
    print(f"{'':<14} {'  '.join(f'{head:>6}' for head in heads)}")
    failed = [name for name in names if not run(name, args.seed, args.seconds)]
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
