"""grpcio, Google's own Python client: the four stream kinds, errors and their details, deadlines, metadata, health."""

import itertools
import queue
import threading

import grpc
import pytest
from google.protobuf import descriptor_pb2
from google.rpc import code_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from stubs import compile_stubs

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def channel(contract):
    with grpc.insecure_channel(contract.address, options=[("grpc.max_receive_message_length", 16 * MIB)]) as channel:
        yield channel


@pytest.fixture(scope="module")
def pb(contract_stubs):
    return contract_stubs[0]


@pytest.fixture(scope="module")
def service(channel, contract_stubs):
    return contract_stubs[1].ContractServiceStub(channel)


def refused(call) -> grpc.RpcError:
    """The error of a call that must fail."""
    with pytest.raises(grpc.RpcError) as caught:
        result = call()
        if hasattr(result, "__next__"):
            list(result)
    return caught.value


# --- the four stream kinds --------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"index": 7, "text": "seven", "data": b"\x00\xff"},
        {"index": -(2**31), "text": "ß漢🦀\n\0"},
        {"index": 2**31 - 1, "data": bytes(range(256)) * 4096},
    ],
    ids=["empty", "plain", "unicode", "one MiB"],
)
def test_unary(service, pb, fields):
    item = pb.Item(**fields)
    assert service.Echo(item, timeout=20) == item


def test_server_stream(service, pb):
    items = list(service.Count(pb.CountRequest(upto=1000), timeout=20))
    assert [(item.index, item.text) for item in items] == [(n, f"item {n}") for n in range(1, 1001)]


def test_server_stream_of_nothing(service, pb):
    assert list(service.Count(pb.CountRequest(upto=0), timeout=20)) == []


def test_server_stream_that_breaks_keeps_what_came_before(service, pb):
    items = service.Count(pb.CountRequest(upto=13), timeout=20)
    got = []
    with pytest.raises(grpc.RpcError) as caught:
        for item in items:
            got.append(item.index)
    assert got == [1, 2, 3]
    assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.DATA_LOSS, "stream broke")


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_client_stream(service, pb, count):
    items = (pb.Item(index=n, data=b"12345") for n in range(count))
    assert service.Collect(items, timeout=20) == pb.Summary(count=count, bytes=5 * count)


def test_bidi_answers_each_item_before_the_next_is_sent(service, pb):
    outgoing = queue.SimpleQueue()
    replies = service.Chat(iter(outgoing.get, None), timeout=20)
    for n in range(20):
        outgoing.put(pb.Item(index=n, text=f"hi {n}"))
        reply = next(replies)
        assert (reply.index, reply.text) == (n, f"Echo: hi {n}")
    outgoing.put(None)
    assert list(replies) == []


# --- errors -----------------------------------------------------------------------------------


def test_a_typed_error_carries_its_detail(service, pb):
    error = refused(lambda: service.Fail(pb.FailRequest(kind="missing"), timeout=20))
    assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "no item 7")
    status = rpc_status.from_call(error)
    assert (status.code, status.message, len(status.details)) == (code_pb2.NOT_FOUND, "no item 7", 1)
    detail = pb.ContractError()
    assert status.details[0].Unpack(detail), status.details[0].type_url
    assert detail.WhichOneof("error") == "missing"
    assert detail.missing.id == 7


def test_a_typed_error_without_fields(service, pb):
    error = refused(lambda: service.Fail(pb.FailRequest(kind="sold_out"), timeout=20))
    assert (error.code(), error.details()) == (grpc.StatusCode.FAILED_PRECONDITION, "sold out")
    detail = pb.ContractError()
    assert rpc_status.from_call(error).details[0].Unpack(detail)
    assert detail.WhichOneof("error") == "sold_out"


@pytest.fixture(scope="module")
def shop(channel, contract, tmp_path_factory):
    """Messages and stub of a service that has typed errors everywhere."""
    messages, services = compile_stubs(contract, "shop.v1", tmp_path_factory.mktemp("shop"))
    return messages, services.ShopServiceStub(channel)


def shop_error(messages, error):
    """The typed error that a failed call carries."""
    status = rpc_status.from_call(error)
    assert (status.code, status.message, len(status.details)) == (error.code().value[0], error.details(), 1)
    detail = messages.ShopError()
    assert status.details[0].type_url == "type.googleapis.com/shop.v1.ShopError"
    assert status.details[0].Unpack(detail)
    return detail


@pytest.mark.parametrize("after", [0, 3], ids=["at once", "amid its items"])
@pytest.mark.parametrize("fault", ["missing", "sold_out", "limit"])
def test_a_typed_error_of_a_stream(shop, fault, after):
    messages, stub = shop
    got = []
    with pytest.raises(grpc.RpcError) as caught:
        for receipt in stub.Watch(messages.Order(fault=fault, after=after), timeout=20):
            got.append(receipt.number)
    assert got == list(range(1, after + 1))
    error, detail = caught.value, shop_error(messages, caught.value)
    assert detail.WhichOneof("error") == fault
    if fault == "missing":
        assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, f"no item {2**63 - 1}")
        assert (detail.missing.id, list(detail.missing.near)) == (2**63 - 1, ['é\n"%', "🦀"])
    elif fault == "limit":
        assert (error.code(), detail.limit) == (grpc.StatusCode.RESOURCE_EXHAUSTED, 0)


def test_a_typed_error_of_a_stream_of_requests(shop):
    messages, stub = shop
    orders = [messages.Order(), messages.Order(fault="sold_out")]
    for call in (lambda: stub.BuyAll(iter(orders), timeout=20), lambda: stub.Trade(iter(orders), timeout=20)):
        detail = shop_error(messages, refused(call))
        assert detail.WhichOneof("error") == "sold_out"


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK], ids=lambda c: c.name)
def test_every_code_and_its_message(service, pb, code):
    message = f"{code.name}: 100 % naïve\n🦀"
    error = refused(lambda: service.Reject(pb.RejectRequest(code=code.value[0], message=message), timeout=20))
    assert (error.code(), error.details()) == (code, message)


def test_bad_argument_in_a_stream_method(service, pb):
    error = refused(lambda: service.Count(pb.CountRequest(upto=-1), timeout=20))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("path", ["/contract.v1.ContractService/Nope", "/contract.v1.Nobody/Echo", "/nothing"])
def test_unknown_method_is_named(channel, path):
    error = refused(lambda: channel.unary_unary(path)(b"", timeout=20))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED
    assert path.strip("/") in error.details()


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b"\x12\x05ab", b"\x12\x02\xff\xfe", b"\x08" + b"\xff" * 11])
def test_bytes_that_are_no_message(channel, body):
    error = refused(lambda: channel.unary_unary("/contract.v1.ContractService/Echo")(body, timeout=20))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error.details()


def test_a_request_over_the_limit_is_refused(service, pb):
    error = refused(lambda: service.Echo(pb.Item(data=bytes(5 * MIB)), timeout=20))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_reply_over_the_limit_is_refused(service, pb):
    assert len(service.Blob(pb.BlobRequest(size=2 * MIB), timeout=20).result) == 2 * MIB
    error = refused(lambda: service.Blob(pb.BlobRequest(size=5 * MIB), timeout=20))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_panic_is_internal_and_opaque_and_the_server_lives(service, pb):
    error = refused(lambda: service.Panic(pb.PanicRequest(when="call"), timeout=20))
    assert error.code() == grpc.StatusCode.INTERNAL
    assert "panic" not in error.details() or "src/" not in error.details()
    assert service.Echo(pb.Item(index=1), timeout=20).index == 1


# --- deadlines, cancellation, metadata --------------------------------------------------------


def test_deadline(service, pb):
    error = refused(lambda: service.Sleep(pb.SleepRequest(ms=20_000), timeout=0.3))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert service.Sleep(pb.SleepRequest(ms=1), timeout=20).result == 1


def test_deadline_of_a_stream(service, pb):
    items = service.Count(pb.CountRequest(upto=1_000_000, delay_ms=50), timeout=0.5)
    with pytest.raises(grpc.RpcError) as caught:
        for _ in items:
            pass
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_cancelling_a_stream_leaves_the_channel_usable(service, pb):
    items = service.Count(pb.CountRequest(upto=1_000_000, delay_ms=1), timeout=20)
    assert [item.index for item in itertools.islice(items, 3)] == [1, 2, 3]
    items.cancel()
    assert service.Echo(pb.Item(index=9), timeout=20).index == 9


def test_metadata_in_and_out(service, pb):
    reply, call = service.Metadata.with_call(
        pb.MetadataRequest(),
        metadata=[("x-one", "1"), ("x-two", "a b"), ("other", "unseen")],
        timeout=20,
    )
    assert "x-one" in str(reply) and "a b" in str(reply) and "unseen" not in str(reply)
    assert dict(call.initial_metadata())["x-reply"] == "header"
    assert dict(call.trailing_metadata())["x-trail"] == "trailer"


def test_calls_share_a_connection(service, pb):
    failures = []

    def worker(first: int) -> None:
        for n in range(first, first + 50):
            if service.Echo(pb.Item(index=n), timeout=30).index != n:
                failures.append(n)

    threads = [threading.Thread(target=worker, args=(1000 * k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_gzip(service, pb):
    item = pb.Item(text="a" * 10_000)
    assert service.Echo(item, timeout=20, compression=grpc.Compression.Gzip) == item


# --- health and reflection --------------------------------------------------------------------


def test_health(channel):
    health = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    assert health.Check(health_pb2.HealthCheckRequest(), timeout=20).status == serving
    assert health.Check(health_pb2.HealthCheckRequest(service="contract.v1.ContractService"), timeout=20).status == serving
    error = refused(lambda: health.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=20))
    assert error.code() == grpc.StatusCode.NOT_FOUND


def test_health_watch_starts_with_the_present(channel):
    health = health_pb2_grpc.HealthStub(channel)
    watch = health.Watch(health_pb2.HealthCheckRequest(), timeout=20)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()


def test_reflection_tells_what_the_document_tells(channel, pb):
    reflected = ProtoReflectionDescriptorDatabase(channel)
    assert "contract.v1.ContractService" in reflected.get_services()
    file = reflected.FindFileContainingSymbol("contract.v1.ContractService")
    compiled = descriptor_pb2.FileDescriptorProto()
    pb.DESCRIPTOR.CopyToProto(compiled)
    assert schema(file) == schema(compiled)


def schema(file: descriptor_pb2.FileDescriptorProto) -> descriptor_pb2.FileDescriptorProto:
    """A file without what each compiler writes of its own accord: the file's name, places in the source, JSON names."""
    file.ClearField("name")
    file.ClearField("source_code_info")
    messages = list(file.message_type)
    while messages:
        message = messages.pop()
        messages.extend(message.nested_type)
        for field in message.field:
            field.ClearField("json_name")
    return file


# --- the bookstore ----------------------------------------------------------------------------


def test_bookstore(bookstore, tmp_path):
    pb, rpc = compile_stubs(bookstore, "books", tmp_path)
    assert {f.name: f.number for f in pb.BookResponse.DESCRIPTOR.fields} == {"id": 1, "title": 2}
    with grpc.insecure_channel(bookstore.address) as channel:
        books = rpc.BookServiceStub(channel)
        assert books.GetBook(pb.BookRequest(id=1), timeout=20) == pb.BookResponse(id=1, title="Django for APIs")
        error = refused(lambda: books.GetBook(pb.BookRequest(id=999), timeout=20))
        assert error.code() == grpc.StatusCode.NOT_FOUND


def test_bookstore_chat(bookstore, tmp_path):
    pb, rpc = compile_stubs(bookstore, "chat", tmp_path)
    method = pb.DESCRIPTOR.services_by_name["ChatService"].methods_by_name["Chat"]
    message = getattr(pb, method.input_type.name)
    with grpc.insecure_channel(bookstore.address) as channel:
        replies = rpc.ChatServiceStub(channel).Chat((message(message=f"hi {n}") for n in range(5)), timeout=20)
        assert [reply.message for reply in replies] == [f"Echo: hi {n}" for n in range(5)]
