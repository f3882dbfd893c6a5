"""grpcurl, with no schema file: what it knows comes from our reflection."""

import json

import pytest
from google.protobuf import descriptor_pb2
from google.rpc import error_details_pb2

from cli import run

SERVICE = "contract.v1.ContractService"


@pytest.fixture
def grpcurl(contract):
    def call(*arguments: str, stdin: str = "", flags: tuple = ()):
        return run("grpcurl", "-plaintext", "-max-time", "20", *flags, contract.address, *arguments, stdin=stdin)

    return call


def invoke(contract, method: str, *bodies: dict, flags: tuple = ()):
    text = "\n".join(json.dumps(body) for body in bodies)
    return run("grpcurl", "-plaintext", "-max-time", "20", *flags, "-d", "@", contract.address, f"{SERVICE}/{method}", stdin=text)


def test_list(grpcurl):
    names = grpcurl("list").out.split()
    assert SERVICE in names
    assert "grpc.health.v1.Health" in names


def test_list_methods(grpcurl):
    methods = grpcurl("list", SERVICE).out.split()
    for name in ["Echo", "Count", "Collect", "Chat", "Fail"]:
        assert f"{SERVICE}.{name}" in methods


def test_describe(grpcurl):
    text = grpcurl("describe", SERVICE).out
    assert "rpc Chat ( stream .contract.v1.Item ) returns ( stream .contract.v1.Item );" in text
    text = grpcurl("describe", "contract.v1.Item").out
    assert "int32 index = 1;" in text and "bytes data = 3;" in text


def test_describe_every_well_known_type(grpcurl):
    text = grpcurl("describe", "known.v1.KnownService").out
    assert "rpc Times ( .known.v1.Times ) returns ( .known.v1.Times );" in text
    assert ".google.protobuf.Timestamp at = 1;" in grpcurl("describe", "known.v1.Times").out
    for name in ["Timestamp", "Duration", "Any", "FieldMask", "Empty", "Struct", "NullValue", "ListValue", "BytesValue"]:
        text = grpcurl("describe", f"google.protobuf.{name}").out
        assert f"google.protobuf.{name} is" in text, text


def test_well_known_types(grpcurl):
    times = {"at": "2026-01-02T03:04:05Z", "took": "1.500s"}
    answer = grpcurl("known.v1.KnownService/Times", flags=("-d", json.dumps(times)))
    assert answer.json() == times, answer


def test_unary(contract):
    answer = invoke(contract, "Echo", {"index": 3, "text": "drei", "data": "AAH/"})
    assert answer.json() == {"index": 3, "text": "drei", "data": "AAH/"}


def test_server_stream(contract):
    items = invoke(contract, "Count", {"upto": 3}).items()
    assert [item["text"] for item in items] == ["item 1", "item 2", "item 3"]


def test_client_stream(contract):
    answer = invoke(contract, "Collect", {"data": "AAAA"}, {"data": "AA=="})
    assert answer.json() == {"count": 2, "bytes": "4"}


def test_bidi(contract):
    items = invoke(contract, "Chat", {"text": "a"}, {"text": "b"}).items()
    assert [item["text"] for item in items] == ["Echo: a", "Echo: b"]


def test_error_with_its_detail_resolved_by_reflection(contract):
    answer = invoke(contract, "Fail", {"kind": "missing"}, flags=("-format-error",))
    assert answer.code == 64 + 5, answer
    status = json.loads(answer.err[answer.err.index("{") :])
    assert (status["code"], status["message"]) == (5, "no item 7")
    assert status["details"] == [{"@type": "type.googleapis.com/contract.v1.ContractError", "missing": {"id": 7}}]


def test_describe_with_constraints(grpcurl):
    text = grpcurl("describe", "rules.v1.Line").out
    assert "string sku = 1" in text and "uint32 quantity = 2" in text, text
    text = grpcurl("describe", "rules.v1.RulesService.Place").out
    assert "rpc Place ( .rules.v1.Order ) returns ( .rules.v1.PlaceResponse )" in text, text


def test_every_violation_of_a_constraint(contract):
    order = {"customer": "nobody", "lines": [{"sku": "AB1", "quantity": 1}, {"sku": "x"}], "discount": 0.5}
    place = ("-d", json.dumps(order), contract.address, "rules.v1.RulesService/Place")
    answer = run("grpcurl", "-plaintext", "-max-time", "20", "-format-error", *place)
    assert answer.code == 64 + 3, answer
    [detail] = json.loads(answer.err[answer.err.index("{") :])["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest", detail
    assert detail["fieldViolations"] == [
        {"field": "customer", "description": "must be an email address", "reason": "EMAIL"},
        {"field": "lines[1].sku", "description": r"must match `^[A-Z]{2}\d+$`", "reason": "PATTERN"},
        {"field": "lines[1].quantity", "description": "must be at least 1", "reason": "MIN"},
    ]


def test_the_details_of_a_status_are_described_as_google_does(grpcurl, tmp_path):
    path = tmp_path / "details.pb"
    grpcurl("describe", "google.rpc.BadRequest", flags=("-protoset-out", str(path)))
    found = descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file
    [ours] = [file for file in found if file.package == "google.rpc"]
    theirs = descriptor_pb2.FileDescriptorProto()
    error_details_pb2.DESCRIPTOR.CopyToProto(theirs)
    assert (ours.name, list(ours.dependency)) == (theirs.name, list(theirs.dependency))
    for message in ours.message_type:
        without_json_names(message)
    assert sorted(map(str, ours.message_type)) == sorted(map(str, theirs.message_type))


def without_json_names(message):
    """A compiler's plug-in is told of them, a program's own descriptor has none."""
    for field in message.field:
        assert field.json_name
        field.ClearField("json_name")
    for nested in message.nested_type:
        without_json_names(nested)


def test_stream_that_breaks(contract):
    answer = invoke(contract, "Count", {"upto": 13})
    assert len(answer.items()) == 3
    assert answer.code == 64 + 15 and "stream broke" in answer.err


def test_deadline(contract):
    answer = run(
        "grpcurl", "-plaintext", "-max-time", "0.5", "-d", '{"ms":20000}', contract.address, f"{SERVICE}/Sleep"
    )
    assert answer.code == 64 + 4, answer


def test_metadata(contract):
    answer = invoke(contract, "Metadata", {}, flags=("-v", "-H", "x-mine: yes"))
    assert "x-mine" in answer.out
    assert "x-reply: header" in answer.out
    assert "x-trail: trailer" in answer.out


def test_health(grpcurl):
    assert grpcurl("grpc.health.v1.Health/Check").json() == {"status": "SERVING"}


def test_bookstore(bookstore):
    address = bookstore.address
    names = run("grpcurl", "-plaintext", address, "list").out.split()
    assert {"books.BookService", "catalog.CatalogService", "chat.ChatService", "orders.OrderService"} <= set(names)
    answer = run("grpcurl", "-plaintext", "-d", '{"id":1}', address, "books.BookService/GetBook")
    assert answer.json() == {"id": 1, "title": "Django for APIs"}
    answer = run("grpcurl", "-plaintext", "-d", '{"id":999}', address, "books.BookService/GetBook")
    assert answer.code == 64 + 5, answer
