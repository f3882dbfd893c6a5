"""protovalidate for Python, with stubs from the .proto that we emit, calls the same messages bad as our server does, at the same
places; and so does JSON Schema, by our OpenAPI document."""

import importlib
import json
import pathlib
import sys

import grpc
import jsonschema_rs
import pytest
from google.protobuf import json_format
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

import constraint_rows
from stubs import INCLUDES, PROTOVALIDATE, compile_stubs

sys.path.append(str(PROTOVALIDATE / "python"))
protovalidate = importlib.import_module("protovalidate")

ROWS = list(constraint_rows.rows())


def shown(row) -> str:
    return json.dumps(row[0])[:60]


@pytest.fixture(scope="module")
def stubs(contract, tmp_path_factory):
    return compile_stubs(contract, "rules.v1", tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def service(contract, stubs):
    with grpc.insecure_channel(contract.address) as channel:
        yield stubs[1].RulesServiceStub(channel)


@pytest.fixture(scope="module")
def schema(contract):
    """A validator of what `/openapi.json` says of a case."""
    document = json.loads(contract.get("/openapi.json"))
    content = document["paths"]["/rules.v1.RulesService/Check"]["post"]["requestBody"]["content"]
    whole = content["application/json"]["schema"] | {"components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def path(violation) -> str:
    """The path of a violation, as protovalidate's documentation writes it."""
    out = ""
    for element in violation.proto.field.elements:
        out += f".{element.field_name}" if out else element.field_name
        match element.subscript.field if element.subscript else None:
            case None:
                pass
            case "string_key":
                out += f"[{json.dumps(element.subscript.value)}]"
            case "bool_key":
                out += f"[{str(element.subscript.value).lower()}]"
            case _:
                out += f"[{element.subscript.value}]"
    return out


def refused(service, message) -> list[str]:
    """The paths of the violations that our server tells of."""
    try:
        service.Check(message, timeout=20)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        bad = error_details_pb2.BadRequest()
        [detail] = rpc_status.from_call(error).details
        assert detail.Unpack(bad), detail
        return sorted(violation.field for violation in bad.field_violations)
    return []


def test_the_plain_document_compiles_without_protovalidate(contract, tmp_path):
    text = contract.get("/rules.v1.proto?plain").decode()
    assert "message Case" in text and "validate" not in text
    (tmp_path / "rules.proto").write_text(text)
    includes = [f"-I{tmp_path}", f"-I{INCLUDES[0]}"]
    assert protoc.main(["protoc", *includes, f"--python_out={tmp_path}", "rules.proto"]) == 0


@pytest.mark.parametrize("row", ROWS, ids=shown)
def test_both_say_the_same_of(row, service, stubs):
    text, wrong = row
    message = json_format.ParseDict(text, stubs[0].Case())
    theirs = sorted(path(violation) for violation in protovalidate.collect_violations(message))
    assert theirs == sorted(wrong), "protovalidate"
    assert refused(service, message) == sorted(wrong), "polywire"


@pytest.mark.parametrize("row", ROWS, ids=shown)
def test_the_openapi_document_says_the_same_of(row, schema):
    text, wrong = row
    faults = [f"{fault.instance_path}: {fault.message}" for fault in schema.iter_errors(text)]
    refuses = bool(wrong) and not set(text) <= set(constraint_rows.UNSAID) or text in constraint_rows.NARROWER
    assert bool(faults) == refuses, faults


@pytest.mark.parametrize("row", constraint_rows.OF_ONE_LENGTH, ids=shown)
def test_arrays_have_the_length_of_their_type(row, service, stubs, schema):
    fields, wrong = row
    text = {"arrays": fields}
    message = json_format.ParseDict(text, stubs[0].Case())
    wrong = [f"arrays.{path}" for path in wrong]
    assert [path(violation) for violation in protovalidate.collect_violations(message)] == wrong, "protovalidate"
    assert schema.is_valid(text) == (not wrong), "JSON Schema"
    try:
        service.Check(message, timeout=20)
        assert not wrong, "polywire takes it"
    except grpc.RpcError as error:
        # A length is a matter of decoding, which names the first fault, and of a map no key.
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        assert wrong and wrong[0].partition("[\"")[0] in error.details(), error.details()


def test_every_field_of_the_message_is_in_the_table(stubs):
    fields = {field.json_name for field in stubs[0].Case.DESCRIPTOR.fields} - {"absent", "order", "arrays"}
    assert fields == set(constraint_rows.GOOD) == set(constraint_rows.BAD)
    assert len(ROWS) > 200
