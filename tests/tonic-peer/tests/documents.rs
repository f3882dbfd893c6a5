//! Every emitted .proto, of the contract and of the examples: protox and Google's protoc compile it, both to
//! the same descriptors. The build door reads from source what the server emits from its consts, byte for
//! byte. The same holds for the OpenAPI and AsyncAPI documents.
#![allow(missing_docs, clippy::expect_used, dead_code, unreachable_pub)]

#[path = "../../../examples/bookstore/src/books.rs"]
mod books;
#[path = "../../../examples/bookstore/src/catalog.rs"]
mod catalog;
#[path = "../../../examples/bookstore/src/chat.rs"]
mod chat;
#[path = "../../../examples/bookstore/src/orders.rs"]
mod orders;
#[path = "../../../examples/quickstart/src/main.rs"]
mod quickstart;
#[path = "../../../examples/bookstore/src/shelf.rs"]
mod shelf;

use http_body_util::BodyExt;
use polywire::{ApiInfo, OpenApi, Server};
use polywire_codegen::build::Builder;
use polywire_codegen::schema::{asyncapi, openapi, protovalidate};
use polywire_e2e::{Contract, ContractServiceServer};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tower_service::Service;

/// Name and text of every document.
fn documents() -> Vec<(&'static str, String)> {
    vec![
        ("contract.v1", ContractServiceServer::<Contract>::proto()),
        ("books", books::BookServiceServer::<books::Books>::proto()),
        ("catalog", catalog::CatalogServiceServer::<catalog::Catalog>::proto()),
        ("chat", chat::ChatServiceServer::<chat::Chat>::proto()),
        ("orders", orders::OrderServiceServer::<orders::Orders>::proto()),
        ("books.v1", quickstart::BookServiceServer::<quickstart::BookServiceClient>::proto()),
    ]
}

/// A folder of its own for each document, with what the options of its constraints mean; emptied by the next run.
fn written(test: &str, name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test).join(name);
    let rules = folder.join(protovalidate::IMPORT);
    std::fs::create_dir_all(rules.parent().expect("a folder")).expect("a folder");
    std::fs::write(rules, protovalidate::SUBSET).expect("a file");
    let file = folder.join("emitted.proto");
    std::fs::write(&file, text).expect("a file");
    folder
}

fn by_protox(folder: &Path) -> prost_types::FileDescriptorSet {
    protox::compile(["emitted.proto"], [folder])
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

/// Google's protoc from the search path, where scripts/test puts it.
fn by_protoc(folder: &Path) -> prost_types::FileDescriptorSet {
    let image = folder.join("image.binpb");
    let output = Command::new("protoc")
        .arg(format!("-I{}", folder.display()))
        .arg(format!("--descriptor_set_out={}", image.display()))
        .args(["--include_imports", "--fatal_warnings", "emitted.proto"])
        .output()
        .expect("protoc is on the search path: run scripts/test, or scripts/tools");
    assert!(output.status.success(), "{}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
    prost::Message::decode(&*std::fs::read(&image).expect("an image")).expect("descriptors")
}

/// The file itself, without what compilers add of their own: places in the source, JSON names.
fn schema(set: prost_types::FileDescriptorSet) -> prost_types::FileDescriptorProto {
    let mut file = set.file.into_iter().find(|file| file.name() == "emitted.proto").expect("the file");
    file.source_code_info = None;
    file.message_type.iter_mut().for_each(without_json_names);
    file
}

fn without_json_names(message: &mut prost_types::DescriptorProto) {
    message.field.iter_mut().for_each(|field| field.json_name = None);
    message.nested_type.iter_mut().for_each(without_json_names);
}

#[test]
fn both_compilers_read_each_document_alike() {
    for (name, text) in documents() {
        let folder = written("compilers", name, &text);
        let ours = schema(by_protox(&folder));
        assert_eq!(ours.package(), name);
        assert_eq!(ours.service.len(), 1);
        assert_eq!(ours, schema(by_protoc(&folder)), "{name}");
    }
}

#[test]
fn the_build_door_and_the_server_emit_the_same() {
    let mut emitted: Vec<_> = documents();
    for source in [
        "../e2e/src/contract.rs",
        "../../examples/bookstore/src/main.rs",
        "../../examples/quickstart/src/main.rs",
    ] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        let protos = Builder::new().source(&source).protos().unwrap_or_else(|error| panic!("{error}"));
        for (file, text) in protos {
            let place = emitted.iter().position(|(package, _)| file == format!("{package}.proto"));
            let (_, served) = emitted.remove(place.unwrap_or_else(|| panic!("no server emits {file}")));
            assert_eq!(text, served, "{file}");
        }
    }
    assert!(emitted.is_empty(), "not found in the sources: {emitted:?}");
}

/// A server's answer to `GET path`.
async fn served(mut router: axum::Router, path: &str) -> String {
    let request = axum::http::Request::get(path).body(axum::body::Body::empty()).expect("a request");
    let response = router.call(request).await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(body.to_vec()).expect("text")
}

async fn bookstore(server: Server) -> Server {
    let shelf: Arc<dyn shelf::Shelf> = Arc::new(shelf::MemoryShelf::with_first_book());
    let queue = orders::OrderServiceClient::connect("memory:").await.expect("a broker");
    server
        .service(books::BookServiceServer::new(books::Books::new(Arc::clone(&shelf))))
        .service(catalog::CatalogServiceServer::new(catalog::Catalog::new(shelf)))
        .service(chat::ChatServiceServer::new(chat::Chat))
        .service(orders::OrderServiceServer::new(orders::Orders::new(queue)))
}

/// Every example, from its source and from the server that it is.
#[tokio::test]
async fn documents_from_source_are_what_the_servers_show() {
    for version in [OpenApi::V3_1, OpenApi::V3_2] {
        let info = || ApiInfo::new("An example", "2.1.0").server("https://shop.example/api");
        let server = || Server::new().info(info()).openapi(version);
        let client = quickstart::BookServiceClient::connect("memory:").await.expect("a broker");
        let servers = [
            ("../e2e/src/contract.rs", server().service(ContractServiceServer::new(Contract::default()))),
            ("../../examples/bookstore/src/main.rs", bookstore(server()).await),
            (
                "../../examples/quickstart/src/main.rs",
                server().service(quickstart::BookServiceServer::new(client)),
            ),
        ];
        for (source, server) in servers {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
            let door = Builder::new().source(&source).info(info());
            let api = door.api().unwrap_or_else(|error| panic!("{error}"));
            let router = server.into_router();
            assert_eq!(served(router.clone(), "/openapi.json").await, openapi::render(&api, version));
            assert_eq!(served(router.clone(), "/asyncapi.json").await, asyncapi::render(&api));
            for (query, door) in [
                ("", door.clone()),
                ("?plain", door.clone().plain()),
                ("?annotations", door.clone().http_annotations()),
            ] {
                for (file, text) in door.protos().unwrap_or_else(|error| panic!("{error}")) {
                    assert_eq!(served(router.clone(), &format!("/{file}{query}")).await, text);
                }
            }
        }
    }
}

#[test]
fn the_stubs_are_made_from_what_is_emitted() {
    let read = include_str!(concat!(env!("OUT_DIR"), "/contract.v1.proto"));
    assert_eq!(read, ContractServiceServer::<Contract>::proto());
}

/// The bookstore's own document is, comments aside, exactly what its users were promised.
#[test]
fn the_bookstore_document_is_the_service_and_its_two_messages() {
    let text = books::BookServiceServer::<books::Books>::proto();
    let bare: Vec<_> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    let expected = [
        "syntax = \"proto3\";",
        "package books;",
        "service BookService {",
        "rpc GetBook(BookRequest) returns (BookResponse);",
        "}",
        "message BookRequest {",
        "int32 id = 1;",
        "}",
        "message BookResponse {",
        "int32 id = 1;",
        "string title = 2;",
        "}",
    ];
    assert_eq!(bare, expected);
}
