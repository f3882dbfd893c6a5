"""The .proto files of others, imported, compiled under Clippy, emitted again: buf calls the schema the same, both ways."""

import json
import os
import pathlib
import subprocess

import pytest
from google.protobuf import descriptor_pb2

from server import BINARIES

ROOT = pathlib.Path(__file__).parents[2]
TOOLS = (ROOT / ".tools").resolve()
CRATE = ROOT / "tests" / "import-foreign"
# Where the files of each set are, and which of them were imported.
SETS = {
    "connect": (TOOLS / "protos" / "connect", "connectrpc"),
    "library": (TOOLS / "protos" / "library", "google/example"),
    "messages": (TOOLS / "protos" / "messages", "conformance"),
    "grpc": (CRATE / "proto", "grpc"),
}
# WIRE_JSON is what old and new clients must agree on; the others see to it that nothing is left out.
RULES = ["WIRE_JSON", "PACKAGE_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE", "PACKAGE_ENUM_NO_DELETE",
         "PACKAGE_SERVICE_NO_DELETE", "RPC_NO_DELETE", "FIELD_NO_DELETE", "FIELD_SAME_NAME", "FIELD_SAME_TYPE",
         "FIELD_SAME_CARDINALITY", "FIELD_SAME_ONEOF", "ENUM_VALUE_NO_DELETE", "ENUM_VALUE_SAME_NAME", "ONEOF_NO_DELETE"]
BREAKING = json.dumps({"version": "v2", "breaking": {"use": RULES}})


def run(*command, cwd=ROOT):
    # Strings are compared as they are; buf reads no configuration of ours.
    env = os.environ | {"PROTO_FILES": str(TOOLS / "protos")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, f"{command}\n{done.stdout[-8000:]}{done.stderr[-8000:]}"
    return done.stdout


# A tenth of the corpus unless all of it is asked for, which takes minutes.
EVERY = ["--all"] if os.environ.get("CORPUS") == "all" else []


@pytest.fixture(scope="session")
def emitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emitted")
    run(BINARIES / "import-foreign", folder)
    return folder


def breaking(new, old):
    return run("buf", "breaking", new, "--against", old, "--config", BREAKING, "--against-config", BREAKING, "--exclude-imports",
               cwd=new.parent)


@pytest.fixture
def images(request, emitted, tmp_path):
    """What went in and what came out, as buf's images."""
    name = request.param
    folder, imported = SETS[name]
    before, after = tmp_path / "before.binpb", tmp_path / "after.binpb"
    run("buf", "build", "--path", imported, "-o", before, cwd=folder)
    run("buf", "build", "-o", after, cwd=emitted / name)
    return before, after


# It compiles what `cargo` itself has a limit for.
@pytest.mark.timeout(900)
def test_what_is_made_passes_clippy():
    run("cargo", "clippy", "--quiet", "-p", "polywire-import-foreign", "--features", "files,corpus", "--all-targets",
        "--", "-D", "warnings")


@pytest.mark.parametrize("images", SETS, indirect=True)
def test_what_comes_out_breaks_no_client_of_what_went_in(images):
    before, after = images
    breaking(after, before)


@pytest.mark.parametrize("images", SETS, indirect=True)
def test_what_went_in_breaks_no_client_of_what_comes_out(images):
    before, after = images
    breaking(before, after)


@pytest.mark.parametrize("name", SETS)
def test_descriptors_are_those_of_the_emitted_file(emitted, name, tmp_path):
    """protoc makes of the .proto what the descriptor set says, but for comments."""
    files = sorted(file.name for file in (emitted / name).glob("*.proto"))
    assert files
    for file in files:
        compiled = tmp_path / "set.bin"
        run("protoc", "-I.", "--include_imports", f"--descriptor_set_out={compiled}", file, cwd=emitted / name)
        ours, theirs = (descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes())
                        for path in [(emitted / name / file).with_suffix(".bin"), compiled])
        own = [found for found in ours.file if found.name == file]
        assert own == [found for found in theirs.file if found.name == file]
        assert {found.name for found in ours.file} == {found.name for found in theirs.file}


# 7,700 files of Google's and Envoy's, each imported by itself; 4 GiB are the bound for all at once.
@pytest.mark.timeout(1500)
def test_every_file_of_the_corpus_is_imported_or_refused_with_a_known_reason(capfd):
    command = 'ulimit -v 4194304 && exec "$@"'
    said = run("bash", "-c", command, "bash", BINARIES / "corpus", *EVERY, TOOLS / "protos" / "corpus")
    with capfd.disabled():
        print(f"\n{said}")
    imported, files = (int(word) for word in said.splitlines()[-1].removeprefix("imported ").split(" of "))
    assert files > 700 and imported > 0.99 * files
