"""Stubs made by grpcio-tools from the .proto that a running server emits: the document is what is tested, no copy of it."""

import importlib
import pathlib
import sys
from types import ModuleType

import google.api
import grpc_tools
from grpc_tools import protoc

from server import Server

# protovalidate's options, and the library that reads them: scripts/tools puts both there.
PROTOVALIDATE = (pathlib.Path(__file__).resolve().parents[2] / ".tools" / "protovalidate").resolve()

# google/protobuf/*.proto come with grpcio-tools, google/api/*.proto with googleapis-common-protos.
INCLUDES = [
    pathlib.Path(grpc_tools.__file__).parent / "_proto",
    pathlib.Path(list(google.api.__path__)[0]).parents[1],
    PROTOVALIDATE / "proto",
]


def fetch(server: Server, package: str, folder: pathlib.Path) -> pathlib.Path:
    """Writes `GET /<package>.proto` into `folder`, under a name that makes a plain Python module."""
    file = folder / f"{package.replace('.', '_')}.proto"
    file.write_bytes(server.get(f"/{package}.proto"))
    return file


def compile_stubs(server: Server, package: str, folder: pathlib.Path) -> tuple[ModuleType, ModuleType]:
    """The message module and the service module of a package."""
    file = fetch(server, package, folder)
    arguments = ["protoc", f"-I{folder}", *(f"-I{include}" for include in INCLUDES)]
    # The options that a file imports come as a module beside its own.
    imported = ["buf/validate/validate.proto"] if b"buf/validate" in file.read_bytes() else []
    code = protoc.main([*arguments, f"--python_out={folder}", f"--grpc_python_out={folder}", str(file), *imported])
    assert code == 0, f"protoc refused the emitted {file.name}:\n{file.read_text()}"
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(f"{file.stem}_pb2"), importlib.import_module(f"{file.stem}_pb2_grpc")
