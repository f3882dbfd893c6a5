"""curl: REST routes, error bodies, SSE and NDJSON streams, uploads, deadlines; HTTP/1.1 and HTTP/2 cleartext."""

import json
from dataclasses import dataclass, field

import pytest

from cli import run

SERVICE = "contract.v1.ContractService"


@dataclass
class Answer:
    """One HTTP answer: status, headers in lower case, body."""

    status: int
    headers: dict
    body: str
    version: str = ""

    def json(self):
        return json.loads(self.body)

    def lines(self) -> list:
        return [json.loads(line) for line in self.body.splitlines() if line]

    def events(self) -> list["Event"]:
        return list(map(Event.parse, filter(None, self.body.replace("\r\n", "\n").split("\n\n"))))


@dataclass
class Event:
    """One server-sent event, read as the HTML standard says."""

    kind: str = "message"
    data: list = field(default_factory=list)

    @staticmethod
    def parse(block: str) -> "Event":
        event = Event()
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                event.kind = value
            elif name == "data":
                event.data.append(value)
        return event

    def json(self):
        return json.loads("\n".join(self.data))


def curl(server, path: str, *flags: str, stdin: str = "") -> Answer:
    told = run(
        "curl", "--silent", "--show-error", "--no-buffer", "--max-time", "30", "--path-as-is", "--include",
        "--write-out", "\n%{http_version}", *flags, server.url + path, stdin=stdin,
    )
    assert told.code == 0, told
    head, _, body = told.out.partition("\n\n")
    while head.startswith("HTTP/1.1 100"):
        head, _, body = body.partition("\n\n")
    body, _, version = body.rpartition("\n")
    first, *lines = head.splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return Answer(int(first.split()[1]), headers, body, version)


def post(server, path: str, body, *flags: str) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return curl(server, path, "-H", "content-type: application/json", "--data-binary", "@-", *flags, stdin=text)


HTTP2 = ("--http2-prior-knowledge",)
VERSIONS = pytest.mark.parametrize("http", [(), HTTP2], ids=["HTTP/1.1", "HTTP/2"])


# --- routes -----------------------------------------------------------------------------------


@VERSIONS
def test_get_with_a_path_variable(bookstore, http):
    answer = curl(bookstore, "/books/1", *http)
    assert (answer.status, answer.json()) == (200, {"id": 1, "title": "Django for APIs"})
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.version == ("2" if http else "1.1")


def test_the_list_is_exact_and_grows(fresh_bookstore):
    assert curl(fresh_bookstore, "/books/").body == '[{"id":1,"title":"Django for APIs"}]'
    added = post(fresh_bookstore, "/books", {"title": "Two Scoops"})
    assert added.status == 200, added
    assert added.json() == {"id": 2, "title": "Two Scoops"}
    assert curl(fresh_bookstore, "/books/").json() == [
        {"id": 1, "title": "Django for APIs"},
        {"id": 2, "title": "Two Scoops"},
    ]
    assert curl(fresh_bookstore, "/books/2").json() == {"id": 2, "title": "Two Scoops"}


def test_order_with_an_empty_object(bookstore):
    first, second = post(bookstore, "/orders", {}), post(bookstore, "/orders", "{}")
    assert first.status == 200 and int(first.json()["orderId"]) != int(second.json()["orderId"])


@VERSIONS
def test_the_default_route_of_a_bare_method(contract, http):
    answer = post(contract, f"/{SERVICE}/Echo", {"index": 4, "text": "ü", "data": "AAH/"}, *http)
    assert (answer.status, answer.json()) == (200, {"index": 4, "text": "ü", "data": "AAH/"})


@VERSIONS
def test_an_answer_is_packed_for_who_accepts_it(contract, http):
    text = "x" * 5_000
    plain = post(contract, f"/{SERVICE}/Echo", {"text": text}, *http)
    assert "content-encoding" not in plain.headers and plain.headers["vary"] == "accept-encoding"
    packed = post(contract, f"/{SERVICE}/Echo", {"text": text}, "--compressed", *http)
    assert packed.headers["content-encoding"] == "gzip" and packed.json() == plain.json()


def test_the_documents_are_served(contract, bookstore):
    answer = curl(contract, "/contract.v1.proto")
    assert answer.status == 200 and 'syntax = "proto3";' in answer.body and "package contract.v1;" in answer.body
    for package in ["books", "catalog", "chat", "orders"]:
        assert f"package {package};" in curl(bookstore, f"/{package}.proto").body


# --- errors -----------------------------------------------------------------------------------


@VERSIONS
def test_an_error_is_a_google_rpc_status(bookstore, http):
    answer = curl(bookstore, "/books/999", *http)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["code"] == 5 and "999" in answer.json()["message"]


def test_an_error_is_a_problem_if_asked(bookstore):
    answer = curl(bookstore, "/books/999", "-H", "accept: application/problem+json")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404 and "999" in answer.json()["detail"]


def test_a_typed_error_has_its_detail(contract):
    status = post(contract, f"/{SERVICE}/Fail", {"kind": "missing"})
    assert status.status == 404
    assert status.json()["message"] == "no item 7"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (1, 499), (2, 500), (3, 400), (4, 504), (5, 404), (6, 409), (7, 403), (8, 429),
        (9, 400), (10, 409), (11, 400), (12, 501), (13, 500), (14, 503), (15, 500), (16, 401),
    ],
)  # fmt: skip
def test_each_code_has_its_http_status(contract, code, status):
    assert post(contract, f"/{SERVICE}/Reject", {"code": code, "message": "no"}).status == status


def test_a_wrong_variable_names_the_field(bookstore):
    answer = curl(bookstore, "/books/seven")
    assert answer.status == 400 and "id" in answer.json()["message"]


@pytest.mark.parametrize("body", ['{"index":', '{"index":"x"}', '{"index":1,"index":2}', "[]", '{"index":3000000000}'])
def test_a_body_that_is_no_request(contract, body):
    answer = post(contract, f"/{SERVICE}/Echo", body)
    assert answer.status == 400, answer
    assert answer.json()["message"]


def test_a_wrong_field_and_its_position_are_named(contract):
    answer = post(contract, f"/{SERVICE}/Echo", '{"text": "a",\n "index": true}')
    message = answer.json()["message"]
    assert answer.status == 400 and "index" in message and "line 2" in message, message


def test_unknown_path(contract):
    answer = curl(contract, "/no/such/path")
    assert answer.status == 404 and "/no/such/path" in answer.body


def test_unknown_method_of_a_known_service(contract):
    answer = post(contract, f"/{SERVICE}/Nope", {})
    assert answer.status in (404, 501) and f"{SERVICE}/Nope" in answer.body


def test_wrong_content_type(contract):
    answer = curl(contract, f"/{SERVICE}/Echo", "-H", "content-type: text/csv", "--data", "a,b")
    assert answer.status == 415, answer


@pytest.mark.parametrize("expect", ["expect:", "expect: 100-continue"])
def test_too_large_a_body(contract, expect):
    """Over HTTP/2 Node asks this: curl 7.88 drops an answer that comes before it has sent its body."""
    answer = post(contract, f"/{SERVICE}/Echo", json.dumps({"text": "a" * 5_000_000}), "-H", expect)
    assert answer.status == 413, answer
    assert answer.json()["code"] == 8


def test_too_large_a_body_of_unknown_length(contract):
    chunked = ("-H", "expect:", "-H", "transfer-encoding: chunked")
    answer = post(contract, f"/{SERVICE}/Echo", json.dumps({"text": "a" * 5_000_000}), *chunked)
    assert answer.status == 413, answer


@pytest.mark.parametrize("path", ["/books/%00", "/books/..", "/books/1%2F2", "/books/%zz", "/books/%ff"])
def test_hostile_paths(bookstore, path):
    assert curl(bookstore, path).status in (400, 404)


@pytest.mark.parametrize("header", ["grpc-timeout: 200m", "request-timeout: 0.2"])
def test_the_clients_deadline_holds_on_the_server(contract, header):
    answer = post(contract, f"/{SERVICE}/Sleep", {"ms": 20_000}, "-H", header)
    assert answer.status == 504, answer


# --- streams ----------------------------------------------------------------------------------


@VERSIONS
def test_server_sent_events(contract, http):
    answer = curl(contract, "/contract/count/3", "-H", "accept: text/event-stream", *http)
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/event-stream")
    *items, last = answer.events()
    assert [event.json()["text"] for event in items] == ["item 1", "item 2", "item 3"]
    assert {event.kind for event in items} == {"message"}
    assert last.kind == "end"


@VERSIONS
def test_newline_delimited_json(contract, http):
    answer = curl(contract, "/contract/count/3", "-H", "accept: application/x-ndjson", *http)
    assert answer.status == 200 and "ndjson" in answer.headers["content-type"]
    assert [line.get("text") for line in answer.lines()][:3] == ["item 1", "item 2", "item 3"]


def test_a_json_array(contract):
    answer = curl(contract, "/contract/count/3", "-H", "accept: application/json")
    assert [item["index"] for item in answer.json()] == [1, 2, 3]


def test_an_error_ends_server_sent_events(contract):
    *items, last = curl(contract, "/contract/count/13", "-H", "accept: text/event-stream").events()
    assert [event.json()["index"] for event in items] == [1, 2, 3]
    assert last.kind == "error"
    assert (last.json()["code"], last.json()["message"]) == (15, "stream broke")


def test_an_error_ends_newline_delimited_json(contract):
    *items, last = curl(contract, "/contract/count/13", "-H", "accept: application/x-ndjson").lines()
    assert [item["index"] for item in items] == [1, 2, 3]
    assert last["error"]["message"] == "stream broke"


def test_an_error_before_the_first_item_is_an_http_status(contract):
    answer = curl(contract, "/contract/count/-1", "-H", "accept: text/event-stream")
    assert answer.status == 400 and answer.json()["code"] == 3


def test_newline_delimited_upload(contract):
    lines = "".join(json.dumps({"index": n, "data": "AAAA"}) + "\n" for n in range(100))
    answer = curl(
        contract, f"/{SERVICE}/Collect", "-H", "content-type: application/x-ndjson", "--data-binary", "@-", stdin=lines
    )
    assert answer.json() == {"count": 100, "bytes": "300"}, answer


def test_watching_an_order(bookstore):
    order = post(bookstore, "/orders", {}).json()["orderId"]
    answer = curl(bookstore, f"/orders/{order}/events", "-H", "accept: text/event-stream")
    *changes, last = answer.events()
    assert changes and last.kind == "end", answer
    assert "done" in changes[-1].data[0].lower() or "shipped" in changes[-1].data[0].lower(), answer


# --- Connect, by hand -------------------------------------------------------------------------


def test_connect_unary(contract):
    answer = post(contract, f"/{SERVICE}/Echo", {"index": 1}, "-H", "connect-protocol-version: 1")
    assert answer.status == 200 and answer.json()["index"] == 1


def test_connect_error(contract):
    answer = post(contract, f"/{SERVICE}/Fail", {"kind": "missing"}, "-H", "connect-protocol-version: 1")
    assert answer.status == 404
    assert (answer.json()["code"], answer.json()["message"]) == ("not_found", "no item 7")
    assert answer.json()["details"][0]["type"] == "contract.v1.ContractError"


def test_connect_deadline(contract):
    answer = post(
        contract, f"/{SERVICE}/Sleep", {"ms": 20_000},
        "-H", "connect-protocol-version: 1", "-H", "connect-timeout-ms: 200",
    )  # fmt: skip
    assert answer.json()["code"] == "deadline_exceeded"
