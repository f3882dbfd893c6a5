"""nginx with the configuration of examples/behind-nginx, before the server: every wire of HTTP, TLS, bodies, streams, addresses.
HAProxy before it, with the PROXY protocol.

The server still runs the call when the first item of a stream is there: so nothing on the way waited for the rest."""

import base64
import http.client
import json
import struct
import threading

import grpc
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from cli import run
from conftest import serve
from proxy import haproxy, nginx, trusting
from stubs import compile_stubs
from test_operation import OPERATION

SERVICE = "contract.v1.ContractService"
SECONDS = 20
# A stream of a minute, of which each test reads the first item.
COUNT = {"upto": 60, "delay_ms": 1_000}
QUERY = "/contract/count/60?delay_ms=1000"


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A server, and nginx before it."""
    options = ["--operation", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]
    for server in serve("contract-server", "memory:", *options):
        server.operation = "http://" + OPERATION.search(server.output()).group(1)
        proxy = nginx(tmp_path_factory.mktemp("nginx"), server)
        proxy.server = server
        try:
            yield proxy
        finally:
            proxy.stop()


@pytest.fixture(scope="module")
def pb(behind, tmp_path_factory):
    return compile_stubs(behind.server, "contract.v1", tmp_path_factory.mktemp("stubs"))


@pytest.fixture
def service(behind, pb):
    credentials = grpc.ssl_channel_credentials((behind.folder / "cert.pem").read_bytes())
    with grpc.secure_channel(f"localhost:{behind.port}", credentials) as channel:
        yield pb[1].ContractServiceStub(channel)


def ask(proxy, method: str, path: str, body=None, source=None, **headers):
    """The answer as soon as its head is there."""
    tls = trusting(proxy.folder)
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=SECONDS, context=tls, source_address=source)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return connection.getresponse()


def calls(proxy) -> list:
    """The calls that run at the server."""
    lines = run("curl", "--silent", proxy.server.operation + "/debug/calls").out.splitlines()
    return [json.loads(line) for line in lines]


def runs(proxy, wire: str) -> bool:
    """Whether the server still counts, on this wire."""
    return (wire, f"{SERVICE}/Count") in {(call["wire"], call["method"]) for call in calls(proxy)}


def frame(data: bytes) -> bytes:
    return b"\0" + struct.pack(">I", len(data)) + data


def read_frame(answer) -> bytes:
    flags, length = struct.unpack(">BI", answer.read(5))
    assert flags == 0, flags
    return answer.read(length)


# --- gRPC -------------------------------------------------------------------------------------


def test_grpc_unary_with_a_large_body(service, pb):
    item = pb[0].Item(text="large", data=bytes(3 << 20))
    assert service.Echo(item, timeout=SECONDS) == item


def test_grpc_errors_keep_their_code_and_text(service, pb):
    with pytest.raises(grpc.RpcError) as caught:
        service.Reject(pb[0].RejectRequest(code=9, message="not now"), timeout=SECONDS)
    assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.FAILED_PRECONDITION, "not now")


def test_grpc_items_come_one_by_one(behind, service, pb):
    stream = service.Count(pb[0].CountRequest(**COUNT), timeout=SECONDS)
    assert next(stream).index == 1
    assert runs(behind, "grpc")
    stream.cancel()


def test_grpc_both_sides_speak_in_turn(service, pb):
    turns, turns_changed = [], threading.Event()

    def requests():
        for index in range(1, 4):
            yield pb[0].Item(index=index)
            # The next one is sent only after the answer to this one.
            while len(turns) < index:
                turns_changed.wait(SECONDS)
                turns_changed.clear()

    for answer in service.Chat(requests(), timeout=SECONDS):
        turns.append(answer.index)
        turns_changed.set()
    assert turns == [1, 2, 3]


# --- gRPC-Web, Connect, HTTP/JSON --------------------------------------------------------------


def test_grpc_web(behind, pb):
    body = frame(pb[0].Item(text="web").SerializeToString())
    answer = ask(behind, "POST", f"/{SERVICE}/Echo", body, content_type="application/grpc-web+proto")
    assert pb[0].Item.FromString(read_frame(answer)).text == "web"
    assert b"grpc-status:0" in answer.read().replace(b" ", b"")
    body = frame(pb[0].CountRequest(**COUNT).SerializeToString())
    stream = ask(behind, "POST", f"/{SERVICE}/Count", body, content_type="application/grpc-web+proto")
    assert pb[0].Item.FromString(read_frame(stream)).index == 1
    assert runs(behind, "grpc-web")
    stream.close()


def test_connect(behind):
    text = "x" * (3 << 20)
    asked = {"content_type": "application/json", "connect_protocol_version": "1"}
    answer = ask(behind, "POST", f"/{SERVICE}/Echo", json.dumps({"text": text}), **asked)
    assert (answer.status, json.load(answer).get("text")) == (200, text)
    body = frame(json.dumps({"upto": 60, "delayMs": 1_000}).encode())
    stream = ask(behind, "POST", f"/{SERVICE}/Count", body, content_type="application/connect+json")
    assert json.loads(read_frame(stream))["index"] == 1
    assert runs(behind, "connect")
    stream.close()


def test_connect_by_get(behind):
    message = base64.urlsafe_b64encode(b"{\"ms\":1}").decode().rstrip("=")
    path = f"/{SERVICE}/Sleep?connect=v1&encoding=json&base64=1&message={message}"
    answer = ask(behind, "GET", path)
    assert (answer.status, json.load(answer)) == (200, {"result": 1})


@pytest.mark.parametrize("accept, start", [("text/event-stream", b"data:"), ("application/x-ndjson", b"{")])
def test_streams_of_http_come_item_by_item(behind, accept, start):
    stream = ask(behind, "GET", QUERY, accept=accept)
    assert stream.getheader("content-type").startswith(accept)
    line = stream.readline()
    while not line.startswith(start):
        line = stream.readline()
    assert b'"index":1' in line, line
    assert runs(behind, "http")
    stream.close()


# --- WebSocket --------------------------------------------------------------------------------


def open_at(proxy, path: str, **options):
    tls = trusting(proxy.folder)
    url = f"wss://localhost:{proxy.port}{path}"
    return connect(url, ssl=tls, open_timeout=SECONDS, close_timeout=5, proxy=None, **options)


def test_websocket_of_a_method(behind):
    with open_at(behind, "/contract/chat") as socket:
        for text in ["hi", "x" * 200_000, "hi"]:
            socket.send(json.dumps({"text": text}))
            assert json.loads(socket.recv(SECONDS))["text"] == f"Echo: {text}"


def test_websocket_for_all_methods(behind):
    with open_at(behind, "/ws") as socket:
        call = {"jsonrpc": "2.0", "id": 1, "method": f"{SERVICE}.Echo", "params": {"index": 7}}
        socket.send(json.dumps(call))
        assert json.loads(socket.recv(SECONDS))["result"]["index"] == 7


def test_a_page_of_the_same_origin_may_open_one_and_another_may_not(behind):
    own = f"https://localhost:{behind.port}"
    with open_at(behind, "/ws", origin=own):
        pass
    with pytest.raises(InvalidStatus, match="403"), open_at(behind, "/ws", origin="https://evil.example"):
        pass


# --- the client's address ---------------------------------------------------------------------


def test_the_peer_is_the_client_whatever_it_says_of_itself(behind):
    forged = {"x_forwarded_for": "6.6.6.6", "x_real_ip": "6.6.6.6", "forwarded": "for=6.6.6.6"}
    path = QUERY
    stream = ask(behind, "GET", path, source=("127.0.0.9", 0), accept="text/event-stream", **forged)
    assert stream.status == 200
    assert "127.0.0.9:0" in [call["peer"] for call in calls(behind)]
    assert "6.6.6.6" not in str(calls(behind))


def test_so_it_is_on_a_websocket_and_over_grpc(behind, service, pb):
    headers = {"x-forwarded-for": "6.6.6.6"}
    with open_at(behind, "/contract/chat", source_address=("127.0.0.9", 0), additional_headers=headers) as socket:
        socket.send(json.dumps({"text": "a"}))
        socket.recv(SECONDS)
        peers = {(call["wire"], call["peer"]) for call in calls(behind)}
        assert ("ws", "127.0.0.9:0") in peers, peers
    stream = service.Count(pb[0].CountRequest(**COUNT), timeout=SECONDS)
    next(stream)
    # grpcio comes from where nginx does, and has another port than nginx: none is told.
    assert ("grpc", "127.0.0.1:0") in {(call["wire"], call["peer"]) for call in calls(behind)}
    stream.cancel()


def test_what_operators_ask_is_not_passed_on(behind):
    assert ask(behind, "GET", "/metrics").status == 404
    assert ask(behind, "GET", "/debug/calls").status == 404
    assert ask(behind, "GET", "/readyz").status == 200


# --- the PROXY protocol ------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2", "send-proxy-v2-ssl-cn"])
@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
def test_haproxy_names_the_client_of_a_connection(tmp_path, version, tls):
    options = ["--operation", "127.0.0.1:0", "--proxy-protocol", "127.0.0.1"]
    if tls:
        options += ["--tls", str(tmp_path / "cert.pem")]
    for server in serve("contract-server", "memory:", *options):
        server.operation = "http://" + OPERATION.search(server.output()).group(1)
        proxy = haproxy(tmp_path, server, version)
        proxy.server = server
        try:
            source = ("127.0.0.9", 0)
            kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
            more = {"context": trusting(tmp_path)} if tls else {}
            host = "localhost" if tls else "127.0.0.1"
            connection = kind(host, proxy.port, timeout=SECONDS, source_address=source, **more)
            connection.request("GET", QUERY)
            assert connection.getresponse().status == 200
            port = connection.sock.getsockname()[1] if connection.sock else None
            peers = [call["peer"] for call in calls(proxy)]
            assert any(peer.startswith("127.0.0.9:") for peer in peers), peers
            assert port is None or peers == [f"127.0.0.9:{port}"]
            connection.close()
        finally:
            proxy.stop()
