"""`buf curl` over gRPC, gRPC-Web and Connect: by reflection over h2c, and with the emitted .proto over HTTP/1.1."""

import base64
import json
import pathlib

import pytest
from google.rpc import error_details_pb2

from cli import run
from stubs import INCLUDES, PROTOVALIDATE, fetch

SERVICE = "contract.v1.ContractService"
VALIDATE = "buf/validate/validate.proto"
TIMES = {"at": "2026-01-02T03:04:05Z", "took": "1.500s"}
KNOWN = {
    "mask": "a,b.c",
    "object": {"a": [1, None]},
    "list": [True],
    "value": "any",
    "empty": {},
    "double": 1.5,
    "int64": "-1",
    "uint32": 1,
    "truth": False,
    "text": "",
    "bytes": "AP8=",
}
PROTOCOLS = ["grpc", "grpcweb", "connect"]


def invoke(contract, protocol: str, method: str, *bodies: dict, flags: tuple = ("--http2-prior-knowledge",)):
    text = "\n".join(json.dumps(body) for body in bodies)
    url = f"{contract.url}/{SERVICE}/{method}"
    return run("buf", "curl", "--protocol", protocol, *flags, "--data", "@-", url, stdin=text)


def code_of(answer) -> tuple[str, str]:
    """The code and message that buf printed; its exit code is the gRPC code times eight."""
    error = json.loads(answer.err[answer.err.index("{") :])
    return error["code"], error["message"]


def test_lists_by_reflection(contract):
    listed = run("buf", "curl", "--http2-prior-knowledge", "--list-services", contract.url)
    assert SERVICE in listed.out.split(), listed
    listed = run("buf", "curl", "--http2-prior-knowledge", "--list-methods", contract.url)
    assert f"{SERVICE}/Chat" in listed.out.split(), listed


@pytest.mark.parametrize("protocol", PROTOCOLS)
class TestByReflection:
    def test_unary(self, contract, protocol):
        answer = invoke(contract, protocol, "Echo", {"index": -1, "text": "ü", "data": "AAH/"})
        assert answer.json() == {"index": -1, "text": "ü", "data": "AAH/"}, answer

    def test_server_stream(self, contract, protocol):
        items = invoke(contract, protocol, "Count", {"upto": 4}).items()
        assert [item["index"] for item in items] == [1, 2, 3, 4]

    def test_stream_that_breaks(self, contract, protocol):
        answer = invoke(contract, protocol, "Count", {"upto": 13})
        assert [item["index"] for item in answer.items()] == [1, 2, 3]
        assert code_of(answer) == ("data_loss", "stream broke")

    def test_typed_error(self, contract, protocol):
        answer = invoke(contract, protocol, "Fail", {"kind": "missing"})
        assert code_of(answer) == ("not_found", "no item 7")
        assert answer.code == 5 * 8
        detail = json.loads(answer.err[answer.err.index("{") :])["details"][0]
        assert detail["type"] == "contract.v1.ContractError", detail

    def test_every_code(self, contract, protocol):
        for code in range(1, 17):
            answer = invoke(contract, protocol, "Reject", {"code": code, "message": f"number {code} é"})
            assert answer.code == code * 8, answer
            assert code_of(answer)[1] == f"number {code} é"

    def test_reply_metadata(self, contract, protocol):
        answer = invoke(contract, protocol, "Metadata", {}, flags=("--http2-prior-knowledge", "-v", "-H", "x-mine: yes"))
        assert "x-mine" in answer.out
        assert "x-reply: header" in answer.err.lower()
        # gRPC-Web's trailers are in the last frame of the body, of which buf prints the length alone.
        if protocol != "grpcweb":
            assert "x-trail: trailer" in answer.err.lower()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_violation_of_a_constraint(contract, protocol):
    """By reflection, which serves the options of constraints without the file that defines them."""
    url = f"{contract.url}/rules.v1.RulesService/Place"
    flags = ("--protocol", protocol, "--http2-prior-knowledge")
    order = {"customer": "a@b", "lines": [{"sku": "AB1", "quantity": 1}], "discount": 0.5}
    answer = run("buf", "curl", *flags, "--data", json.dumps(order), url)
    assert answer.json() == {"result": 1}, answer
    order["lines"] += [{"sku": "AB2", "quantity": 100}, {"sku": "x"}]
    answer = run("buf", "curl", *flags, "--data", json.dumps(order), url)
    assert code_of(answer)[0] == "invalid_argument" and answer.code == 3 * 8, answer
    [detail] = json.loads(answer.err[answer.err.index("{") :])["details"]
    assert detail["type"] == "google.rpc.BadRequest", detail
    bad = error_details_pb2.BadRequest.FromString(base64.b64decode(detail["value"] + "=="))
    told = [(violation.field, violation.reason) for violation in bad.field_violations]
    assert told == [("lines[1].quantity", "MAX"), ("lines[2].sku", "PATTERN"), ("lines[2].quantity", "MIN")]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_well_known_types_by_reflection(contract, protocol):
    flags = ("--protocol", protocol, "--http2-prior-knowledge")
    for method, message in [("Times", TIMES), ("All", KNOWN)]:
        url = f"{contract.url}/known.v1.KnownService/{method}"
        answer = run("buf", "curl", *flags, "--data", json.dumps(message), url)
        assert answer.json() == message, answer


@pytest.mark.parametrize("protocol", ["grpc", "connect"])
class TestStreamsFromTheClient:
    def test_client_stream(self, contract, protocol):
        answer = invoke(contract, protocol, "Collect", {"data": "AAAA"}, {"data": "AA=="})
        assert answer.json() == {"count": 2, "bytes": "4"}, answer

    def test_bidi(self, contract, protocol):
        items = invoke(contract, protocol, "Chat", {"text": "a"}, {"text": "b"}).items()
        assert [item["text"] for item in items] == ["Echo: a", "Echo: b"]


@pytest.mark.parametrize("protocol", ["grpcweb", "connect"])
class TestOverHttp1:
    """Reflection is a bidirectional stream, which HTTP/1.1 has not, so the schema is the document that we emit."""

    @pytest.fixture
    def flags(self, contract, tmp_path):
        return ("--schema", str(fetch(contract, "contract.v1", tmp_path).parent))

    def test_unary(self, contract, protocol, flags):
        answer = invoke(contract, protocol, "Echo", {"index": 5}, flags=flags)
        assert answer.json() == {"index": 5}, answer

    def test_server_stream(self, contract, protocol, flags):
        items = invoke(contract, protocol, "Count", {"upto": 2}, flags=flags).items()
        assert [item["index"] for item in items] == [1, 2]

    def test_error(self, contract, protocol, flags):
        answer = invoke(contract, protocol, "Fail", {"kind": "sold_out"}, flags=flags)
        assert code_of(answer) == ("failed_precondition", "sold out")


def test_the_emitted_document_builds(contract, tmp_path):
    fetch(contract, "contract.v1", tmp_path)
    built = run("buf", "build", str(tmp_path), "-o", str(tmp_path / "image.binpb"))
    assert built.code == 0, built


@pytest.mark.parametrize("package", ["books", "catalog", "chat", "orders"])
@pytest.mark.parametrize("query", ["", "?annotations"])
def test_the_bookstores_documents_are_clean(bookstore, package, query, tmp_path):
    """STANDARD's rules but for those of buf.yaml, with the HTTP routes as google.api.http options and without."""
    text = bookstore.get(f"/{package}.proto{query}").decode()
    assert ("google.api.http" in text) == bool(query and package != "chat"), text
    (tmp_path / f"{package}.proto").write_text(text)
    for name in ["annotations", "http"]:
        source = next(folder / "google/api" / f"{name}.proto" for folder in INCLUDES if (folder / "google/api").exists())
        (tmp_path / "google/api").mkdir(parents=True, exist_ok=True)
        (tmp_path / "google/api" / f"{name}.proto").write_text(source.read_text())
    # What `catalog.proto` says of a title is an option of this file.
    (tmp_path / "buf/validate").mkdir(parents=True)
    (tmp_path / VALIDATE).write_bytes((PROTOVALIDATE / "proto" / VALIDATE).read_bytes())
    config = pathlib.Path(__file__).with_name("buf.yaml")
    linted = run("buf", "lint", str(tmp_path), "--config", str(config), "--path", str(tmp_path / f"{package}.proto"))
    assert linted.code == 0, linted


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bookstore(bookstore, protocol):
    def get(number):
        url = f"{bookstore.url}/books.BookService/GetBook"
        return run("buf", "curl", "--protocol", protocol, "--http2-prior-knowledge", "--data", json.dumps({"id": number}), url)

    assert get(1).json() == {"id": 1, "title": "Django for APIs"}
    assert code_of(get(999))[0] == "not_found"
