"""What the frames of a connection say, beside what the programs write: acks that came back, and publishes on a blocked connection.

Frames are those of AMQP 0-9-1 (section 2.3.5): type, channel, size, payload, 0xCE. The ledger's proxy feeds them.
"""

import re
import struct
import threading
import time

# The message id is a short string: its length, and then `m-` and the number.
MESSAGE = re.compile(rb"[\x03-\x14]m-(\d+)")
ATTEMPT = b"\x12x-polywire-attempt"
DELIVER, ACK, PUBLISH = (60, 60), (60, 80), (60, 40)
BLOCKED, UNBLOCKED = (10, 60), (10, 61)


class Frames:
    """Of all connections of one proxy. A message is known by its number and its attempt."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acked = set()
        self.acked_again = set()
        self.delivered = 0
        self.blocked_times = 0
        self.published_while_blocked = 0


class Reader:
    """One direction of one connection."""

    def __init__(self, session: "Session", from_broker: bool):
        self.session, self.from_broker = session, from_broker
        self.rest = bytearray()
        self.greeted = from_broker

    def feed(self, data: bytes) -> None:
        self.rest += data
        if not self.greeted:
            if len(self.rest) < 8:
                return
            del self.rest[:8]
            self.greeted = True
        while len(self.rest) >= 7:
            kind, channel, size = struct.unpack_from(">BHI", self.rest)
            if len(self.rest) < size + 8:
                return
            payload = bytes(self.rest[7 : 7 + size])
            del self.rest[: size + 8]
            with self.session.frames.lock:
                self.session.frame(kind, channel, payload)


class Session:
    """The state of one connection: what was delivered and has no verdict yet."""

    def __init__(self, frames: Frames):
        self.frames = frames
        self.open = {}  # (channel, tag): message
        self.coming = {}  # channel: (tag, redelivered)
        self.blocked_at = None

    def frame(self, kind: int, channel: int, payload: bytes) -> None:
        if kind == 1:
            self.method(struct.unpack_from(">HH", payload), channel, payload)
        elif kind == 2 and channel in self.coming:
            self.message(channel, payload)

    def method(self, method: tuple, channel: int, payload: bytes) -> None:
        if method == DELIVER:
            at = 5 + payload[4]
            tag, redelivered = struct.unpack_from(">QB", payload, at)
            self.coming[channel] = (tag, bool(redelivered & 1))
        elif method == ACK:
            tag, multiple = struct.unpack_from(">QB", payload, 4)
            done = [key for key in self.open if key[0] == channel and (key[1] == tag or (multiple and key[1] <= tag))]
            for key in done:
                self.frames.acked.add(self.open.pop(key))
        elif method == BLOCKED:
            self.blocked_at = time.monotonic()
            self.frames.blocked_times += 1
        elif method == UNBLOCKED:
            self.blocked_at = None
        # What was on its way when the broker spoke is not counted.
        elif method == PUBLISH and self.blocked_at and time.monotonic() > self.blocked_at + 0.2:
            self.frames.published_while_blocked += 1

    def message(self, channel: int, header: bytes) -> None:
        tag, redelivered = self.coming.pop(channel)
        number = MESSAGE.search(header)
        if not number:
            return
        message = (int(number[1]), attempt_of(header))
        self.frames.delivered += 1
        if not redelivered:
            # Another copy: one that waited in a delay, or one that was published twice.
            self.frames.acked.discard(message)
        elif message in self.frames.acked:
            self.frames.acked_again.add(message)
        self.open[(channel, tag)] = message


def attempt_of(header: bytes) -> int:
    """The number behind our header, of whatever size; 1 if there is none."""
    at = header.find(ATTEMPT)
    if at < 0:
        return 1
    at += len(ATTEMPT)
    kind, sizes = chr(header[at]), {"b": ">b", "B": ">B", "s": ">h", "u": ">H", "I": ">i", "i": ">I", "l": ">q", "L": ">q"}
    return struct.unpack_from(sizes[kind], header, at + 1)[0]
