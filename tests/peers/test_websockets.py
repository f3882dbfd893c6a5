"""Python `websockets`: the method endpoints (one item a message) and the multiplexed JSON-RPC endpoint at /ws."""

import base64
import itertools
import json
import ssl

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from cli import run

SERVICE = "contract.v1.ContractService"
SECONDS = 20


def open_at(server, path: str, **options):
    return connect(server.ws + path, open_timeout=SECONDS, close_timeout=5, proxy=None, **options)


def receive(socket):
    return json.loads(socket.recv(timeout=SECONDS))


def rest_until_closed(socket) -> tuple[list, ConnectionClosed]:
    """Every message that still comes, and how the peer closed."""
    got = []
    while True:
        try:
            got.append(receive(socket))
        except ConnectionClosed as closed:
            return got, closed


def test_over_tls(secure_contract):
    server, certificate = secure_contract
    trusting = ssl.create_default_context(cafile=certificate)
    options = dict(ssl=trusting, server_hostname="localhost", open_timeout=SECONDS, proxy=None)
    with connect(f"wss://{server.address}/contract/chat", **options) as socket:
        socket.send(json.dumps({"text": "safe"}))
        assert receive(socket)["text"] == "Echo: safe"
    with connect(f"wss://{server.address}/ws", **options) as socket:
        socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": f"{SERVICE}.Echo", "params": {"index": 7}}))
        assert receive(socket)["result"]["index"] == 7
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(f"wss://{server.address}/ws", server_hostname="localhost", open_timeout=SECONDS, proxy=None)


# --- one method, one socket -------------------------------------------------------------------


class TestMethodEndpoint:
    def test_chat_any_number_of_times(self, bookstore):
        with open_at(bookstore, "/ws/chat") as socket:
            for text in ["hi", "", "ünï 🦀", "x" * 100_000, "hi"]:
                socket.send(json.dumps({"message": text}))
                assert receive(socket) == {"message": f"Echo: {text}"}

    def test_bidi_in_protobuf(self, contract, contract_stubs):
        item = contract_stubs[0].Item
        with open_at(contract, "/contract/chat") as socket:
            for n in range(1, 20):
                socket.send(item(index=n, text=f"{n}").SerializeToString())
                assert item.FromString(socket.recv(timeout=SECONDS)) == item(index=n, text=f"Echo: {n}")

    def test_server_stream(self, contract):
        with open_at(contract, "/contract/count/3") as socket:
            got, closed = rest_until_closed(socket)
        assert [item["text"] for item in got] == ["item 1", "item 2", "item 3"]
        assert closed.rcvd.code == 1000

    def test_an_item_that_breaks_a_constraint(self, contract):
        with open_at(contract, "/rules/talk") as socket:
            socket.send(json.dumps({"sku": "AB1", "quantity": 99}))
            assert receive(socket) == {"sku": "AB1", "quantity": 99}
            socket.send(json.dumps({"sku": "AB1", "quantity": 100}))
            got, closed = rest_until_closed(socket)
        assert (got, closed.rcvd.code) == ([], 4000 + 3)
        assert "quantity" in closed.rcvd.reason

    def test_server_stream_that_breaks(self, contract):
        with open_at(contract, "/contract/count/13") as socket:
            got, closed = rest_until_closed(socket)
        assert [item["index"] for item in got] == [1, 2, 3]
        assert closed.rcvd.code == 4000 + 15
        assert json.loads(closed.rcvd.reason)["message"] == "stream broke"

    def test_bad_argument(self, contract):
        with open_at(contract, "/contract/count/-1") as socket:
            got, closed = rest_until_closed(socket)
        assert (got, closed.rcvd.code) == ([], 4000 + 3)
        assert json.loads(closed.rcvd.reason)["code"] == 3

    def test_a_message_that_is_no_item(self, contract):
        with open_at(contract, "/contract/chat") as socket:
            socket.send('{"index": "many"}')
            got, closed = rest_until_closed(socket)
        assert (got, closed.rcvd.code) == ([], 4000 + 3)
        assert "index" in closed.rcvd.reason

    def test_a_message_over_the_limit(self, contract):
        with open_at(contract, "/contract/chat") as socket:
            with pytest.raises(ConnectionClosed) as caught:
                socket.send(json.dumps({"text": "x" * 2_000_000}))
                while True:
                    receive(socket)
        assert caught.value.rcvd is None or caught.value.rcvd.code in (1009, 4000 + 8)

    def test_an_order_up_to_its_last_change(self, bookstore):
        placed = run("curl", "--silent", "--fail", "--json", "{}", bookstore.url + "/orders")
        order = placed.json()["orderId"]
        with open_at(bookstore, f"/ws/orders/{order}") as socket:
            got, closed = rest_until_closed(socket)
        assert {change["orderId"] for change in got} == {order}
        states = [change["state"] for change in got]
        assert states == ["ORDER_STATE_PLACED", "ORDER_STATE_PROCESSING", "ORDER_STATE_SHIPPED"]
        assert closed.rcvd.code == 1000

    def test_an_order_that_nobody_placed(self, bookstore):
        with open_at(bookstore, "/ws/orders/1000001") as socket:
            got, closed = rest_until_closed(socket)
        assert (got, closed.rcvd.code) == ([], 4000 + 5)
        assert "1000001" in json.loads(closed.rcvd.reason)["message"]


# --- the door ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ws", "/contract/chat"])
def test_a_foreign_origin_is_refused(contract, path):
    with pytest.raises(InvalidStatus) as caught:
        open_at(contract, path, origin="https://elsewhere.example").close()
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/ws", "/contract/chat"])
def test_the_own_origin_is_accepted(contract, path):
    with open_at(contract, path, origin=contract.url):
        pass


def test_unknown_path(contract):
    with pytest.raises(InvalidStatus) as caught:
        open_at(contract, "/ws/nothing").close()
    assert caught.value.response.status_code == 404


# --- a token of a client that can send no header ----------------------------------------------

# No subprotocol may have such characters; those of base64url it may.
TOKEN = "tok/en+1="
ENCODED = "base64url.bearer.authorization.k8s.io." + base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("=")


class TestToken:
    """It arrives as the metadata `authorization` of each call."""

    # How a client gives it, what it is, and the subprotocol that the server names.
    WAYS = [
        ("", ["bearer.tok-1"], "tok-1", "bearer.tok-1"),
        ("", [ENCODED], TOKEN, ENCODED),
        ("", ["polywire.v1+json", ENCODED], TOKEN, "polywire.v1+json"),
        ("", ["bearer.tok-1", "polywire.v1+json"], "tok-1", "polywire.v1+json"),
        ("?access_token=tok%2Fen%2B1%3D", None, TOKEN, None),
        ("?access_token=tok-2", ["polywire.v1+json"], "tok-2", "polywire.v1+json"),
    ]

    @pytest.mark.parametrize(("query", "offered", "token", "named"), WAYS)
    def test_of_a_method_endpoint(self, contract, query, offered, token, named):
        with open_at(contract, "/contract/metadata" + query, subprotocols=offered) as socket:
            assert socket.subprotocol == named
            got, closed = rest_until_closed(socket)
        assert (got, closed.rcvd.code) == ([[authorization(token)]], 1000)

    @pytest.mark.parametrize(("query", "offered", "token", "named"), WAYS)
    def test_of_many_calls(self, contract, query, offered, token, named):
        with open_at(contract, "/ws" + query, subprotocols=offered) as socket:
            assert socket.subprotocol == named
            rpc = Rpc(socket)
            for _ in range(2):
                assert rpc.call("Metadata")["result"] == [authorization(token)]

    def test_beside_the_protobuf_frames(self, contract):
        with open_at(contract, "/ws", subprotocols=["polywire.v1+proto", ENCODED]) as socket:
            assert socket.subprotocol == "polywire.v1+proto"
            method = f"{SERVICE}/Metadata".encode()
            # A CALL of id 5, and of the method.
            socket.send(bytes([0x08, 1, 0x10, 5, 0x1A, len(method)]) + method)
            answer = socket.recv(timeout=SECONDS)
        assert answer.startswith(bytes([0x08, 2, 0x10, 5])), answer
        assert f"Bearer {TOKEN}".encode() in answer, answer

    def test_after_a_header(self, contract):
        headers = {"authorization": "Basic YTpi"}
        with open_at(contract, "/ws?access_token=t", additional_headers=headers) as socket:
            assert Rpc(socket).call("Metadata")["result"] == [{"key": "authorization", "value": "Basic YTpi"}]

    @pytest.mark.parametrize("path", ["/ws", "/contract/metadata"])
    @pytest.mark.parametrize("offered", [["bearer.one", "bearer.two"], ["bearer."], [ENCODED + "*"]])
    def test_that_is_none(self, contract, path, offered):
        with pytest.raises(InvalidStatus) as caught:
            open_at(contract, path, subprotocols=offered).close()
        assert caught.value.response.status_code == 400

    @pytest.mark.parametrize("path", ["/ws", "/contract/metadata"])
    @pytest.mark.parametrize("query", ["?access_token=", "?access_token=a&access_token=b", "?access_token=%80"])
    def test_that_is_none_in_the_url(self, contract, path, query):
        with pytest.raises(InvalidStatus) as caught:
            open_at(contract, path + query).close()
        assert caught.value.response.status_code == 400


def authorization(token: str) -> dict:
    return {"key": "authorization", "value": f"Bearer {token}"}


# --- JSON-RPC, many calls on one socket -------------------------------------------------------


@pytest.fixture
def rpc(contract):
    with open_at(contract, "/ws") as socket:
        yield Rpc(socket)


class Rpc:
    """A JSON-RPC 2.0 client, as plain as a peer that knows nothing of us would write it."""

    def __init__(self, socket):
        self.socket = socket
        self.ids = itertools.count(1)

    def notify(self, method: str, **params) -> None:
        self.socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    def request(self, method: str, params: dict | None = None, **beside) -> int:
        call = next(self.ids)
        body = {"jsonrpc": "2.0", "id": call, "method": f"{SERVICE}.{method}", **beside}
        if params is not None:
            body["params"] = params
        self.socket.send(json.dumps(body))
        return call

    def answer(self) -> dict:
        message = receive(self.socket)
        assert message["jsonrpc"] == "2.0"
        return message

    def call(self, method: str, params: dict | None = None, **beside) -> dict:
        call = self.request(method, params, **beside)
        answer = self.answer()
        assert answer["id"] == call
        return answer

    def subscribe(self, method: str, params: dict | None = None):
        return self.call(method, params)["result"]["subscription"]

    def notifications(self, subscription) -> list[dict]:
        """The params of each notification of one subscription, up to its end or its error."""
        got = []
        while True:
            params = self.answer()["params"]
            assert params["subscription"] == subscription
            got.append(params)
            if "end" in params or "error" in params:
                return got


class TestMultiplexed:
    def test_unary(self, rpc):
        assert rpc.call("Echo", {"index": 3, "text": "ü"})["result"]["text"] == "ü"

    def test_ids_are_echoed_as_they_came(self, rpc):
        for identifier in ["a", 0, -5, "1"]:
            body = {"jsonrpc": "2.0", "id": identifier, "method": f"{SERVICE}.Echo", "params": {}}
            rpc.socket.send(json.dumps(body))
            assert rpc.answer()["id"] == identifier

    def test_every_violation_of_a_constraint(self, rpc):
        order = {"customer": "a@b", "lines": [{"sku": "AB1", "quantity": "100"}, {"sku": "x", "quantity": 1}]}
        body = {"jsonrpc": "2.0", "id": 1, "method": "rules.v1.RulesService.Place", "params": order}
        rpc.socket.send(json.dumps(body))
        status = rpc.answer()["error"]["data"]
        assert status["code"] == 3, status
        told = [(violation["field"], violation["reason"]) for violation in status["details"][0]["fieldViolations"]]
        assert told == [("lines[0].quantity", "MAX"), ("lines[1].sku", "PATTERN"), ("discount", "REQUIRED")]

    def test_a_slow_call_does_not_hold_up_a_fast_one(self, rpc):
        slow = rpc.request("Sleep", {"ms": 1500})
        fast = rpc.request("Echo", {"index": 1})
        assert [rpc.answer()["id"], rpc.answer()["id"]] == [fast, slow]

    def test_typed_error(self, rpc):
        error = rpc.call("Fail", {"kind": "missing"})["error"]
        assert error["message"] == "no item 7"
        assert error["data"]["code"] == 5
        assert isinstance(error["code"], int)

    def test_unknown_method(self, rpc):
        error = rpc.call("Nope", {})["error"]
        assert error["code"] == -32601
        assert "Nope" in error["message"]

    def test_bad_params(self, rpc):
        error = rpc.call("Echo", {"index": "many"})["error"]
        assert error["data"]["code"] == 3
        assert "index" in error["message"]

    @pytest.mark.parametrize(("text", "code"), [("{", -32700), ("7", -32600), ('{"jsonrpc":"2.0","id":1}', -32600)])
    def test_what_is_no_request(self, rpc, text, code):
        rpc.socket.send(text)
        assert rpc.answer()["error"]["code"] == code
        assert rpc.call("Echo", {"index": 1})["result"]["index"] == 1

    def test_server_stream(self, rpc):
        subscription = rpc.subscribe("Count", {"upto": 3})
        *items, last = rpc.notifications(subscription)
        assert [item["result"]["index"] for item in items] == [1, 2, 3]
        assert last["end"] is True

    def test_server_stream_that_breaks(self, rpc):
        subscription = rpc.subscribe("Count", {"upto": 13})
        *items, last = rpc.notifications(subscription)
        assert [item["result"]["index"] for item in items] == [1, 2, 3]
        assert last["error"]["data"]["code"] == 15 if "data" in last["error"] else last["error"]["code"] == 15

    def test_client_stream(self, rpc):
        call = rpc.request("Collect")
        for n in range(5):
            rpc.notify("$/stream/item", id=call, item={"index": n, "data": "AAAA"})
        rpc.notify("$/stream/end", id=call)
        answer = rpc.answer()
        assert (answer["id"], answer["result"]) == (call, {"count": 5, "bytes": "15"})

    def test_bidi(self, rpc):
        call = rpc.request("Chat")
        subscription = rpc.answer()["result"]["subscription"]
        for n in range(5):
            rpc.notify("$/stream/item", id=call, item={"index": n, "text": str(n)})
            assert rpc.answer()["params"]["result"]["text"] == f"Echo: {n}"
        rpc.notify("$/stream/end", id=call)
        assert "end" in rpc.notifications(subscription)[-1]

    def test_cancel_a_stream(self, rpc):
        call = rpc.request("Count", {"upto": 1_000_000, "delayMs": 5})
        subscription = rpc.answer()["result"]["subscription"]
        assert rpc.answer()["params"]["result"]["index"] == 1
        rpc.notify("$/cancelRequest", id=call)
        last = rpc.notifications(subscription)[-1]
        assert last["error"]["data"]["code"] == 1 if "data" in last["error"] else last["error"]["code"] == 1
        assert rpc.call("Echo", {"index": 2})["result"]["index"] == 2

    def test_cancel_a_call(self, rpc):
        call = rpc.request("Sleep", {"ms": 20_000})
        rpc.notify("$/cancelRequest", id=call)
        answer = rpc.answer()
        assert (answer["id"], answer["error"]["data"]["code"]) == (call, 1)

    def test_credit(self, rpc):
        call = rpc.request("Count", {"upto": 6}, )
        subscription = rpc.answer()["result"]["subscription"]
        rpc.notify("$/stream/grant", subscription=subscription, items=6)
        *items, last = rpc.notifications(subscription)
        assert [item["result"]["index"] for item in items] == [1, 2, 3, 4, 5, 6], call
        assert last["end"] is True

    def test_deadline(self, rpc):
        error = rpc.call("Sleep", {"ms": 20_000}, timeoutMs=200)["error"]
        assert error["data"]["code"] == 4

    def test_two_streams_share_the_socket(self, rpc):
        first = rpc.subscribe("Count", {"upto": 400, "delayMs": 5})
        second_call = rpc.request("Count", {"upto": 50, "delayMs": 1})
        seen, second, ended = {first: 0}, None, set()
        while len(ended) < 2:
            message = rpc.answer()
            if message.get("id") == second_call:
                second = message["result"]["subscription"]
                seen[second] = 0
            elif "end" in message["params"]:
                ended.add(message["params"]["subscription"])
            else:
                seen[message["params"]["subscription"]] += 1
        assert seen == {first: 400, second: 50}
