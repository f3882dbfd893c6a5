//! Compiles the input of each case and the expansion committed for it; the documents from the constants of either are those
//! that are rendered from source.
#![allow(
    missing_docs,
    dead_code,
    deprecated,
    unused_imports,
    unreachable_pub,
    unused_crate_dependencies,
    clippy::all,
    reason = "what is compiled here is data"
)]

use polywire::{ApiInfo, OpenApi, ServiceSpec};
use polywire_codegen::build::Builder;
use polywire_codegen::schema::{asyncapi, openapi};

macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        $(mod $case {
            pub mod expanded;
            pub mod input;
        })*

        const CASES: &[&str] = &[$(stringify!($case)),*];

        /// Name, the constants of the input, and those of the expansion.
        fn specs() -> Vec<(&'static str, &'static ServiceSpec, &'static ServiceSpec)> {
            vec![$((
                stringify!($case),
                $case::input::BooksServer::<$case::input::BooksClient>::spec(),
                $case::expanded::BooksServer::<$case::expanded::BooksClient>::spec(),
            )),*]
        }
    };
}

cases! {
    amqp_kinds,
    arrays,
    attributes,
    bare_trait,
    constraints,
    containers,
    context,
    docs,
    empty_messages,
    encodings,
    enumeration,
    enumeration_with_unknown,
    enumeration_with_zero,
    every_scalar,
    field_options,
    foreign_types,
    hidden_names,
    http_routes,
    json_style,
    message_argument,
    narrowed,
    newtypes,
    numbers_and_names,
    oneof,
    oneof_field,
    packages,
    recursive,
    reserved,
    shared_messages,
    shared_packages,
    shown_examples,
    streams,
    text_types,
    typed_error,
    unknown_fields,
    wire_details,
    without_package,
    ws_endpoint,
}

/// The files of all packages that the service reaches.
fn files(service: &'static polywire::ServiceSpec) -> String {
    let protos = polywire::Schema::new().service(service).protos();
    protos.into_values().collect::<Vec<_>>().join("\n")
}

fn root() -> std::path::PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

#[test]
fn every_case_is_compiled() {
    let entries = std::fs::read_dir(root()).expect("the directory of the cases");
    let mut found: Vec<String> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("input.rs").is_file())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, CASES);
}

#[test]
fn constants_and_source_give_one_proto() {
    for (case, input, expanded) in specs() {
        let committed = std::fs::read_to_string(root().join(case).join("schema.proto")).expect("the .proto");
        assert_eq!(files(input), committed, "{case}: from the constants");
        assert_eq!(files(expanded), committed, "{case}: from the committed expansion");
    }
}

#[test]
fn constants_and_source_give_one_annotated_proto() {
    for (case, input, expanded) in specs() {
        let source = Builder::new().source(root().join(case).join("input.rs")).http_annotations();
        let protos = source.protos().expect("a sound input");
        let source =
            protos.get(&polywire_codegen::names::proto_file(&input.model.package)).expect("its file");
        assert_eq!(&input.annotated_proto(), source, "{case}: from the constants");
        assert_eq!(&expanded.annotated_proto(), source, "{case}: from the committed expansion");
        let written = std::fs::read_to_string(root().join(case).join("input.rs")).expect("the input");
        let routes = ["GET", "PUT", "POST", "DELETE", "PATCH"]
            .map(|verb| written.contains(&format!("#[http({verb} ")));
        assert_eq!(source.contains("google.api.http"), routes.contains(&true), "{case}");
    }
}

#[test]
fn constants_and_source_give_one_plain_proto() {
    for (case, input, expanded) in specs() {
        let source = Builder::new().source(root().join(case).join("input.rs")).plain();
        let protos = source.protos().expect("a sound input");
        let source =
            protos.get(&polywire_codegen::names::proto_file(&input.model.package)).expect("its file");
        assert_eq!(&input.plain_proto(), source, "{case}: from the constants");
        assert_eq!(&expanded.plain_proto(), source, "{case}: from the committed expansion");
        assert!(!source.contains("buf.validate") && !source.contains("buf/validate"), "{case}: {source}");
        assert_eq!(source != &input.proto(), input.proto().contains("buf.validate"), "{case}");
    }
}

#[test]
fn constants_and_source_give_one_openapi_and_one_asyncapi() {
    for (case, input, expanded) in specs() {
        let api = Builder::new().source(root().join(case).join("input.rs")).api().expect("a sound input");
        for version in [OpenApi::V3_1, OpenApi::V3_2] {
            let source = openapi::render(&api, version);
            assert_eq!(input.openapi(ApiInfo::default(), version), source, "{case}: from the constants");
            assert_eq!(expanded.openapi(ApiInfo::default(), version), source, "{case}: from the expansion");
        }
        let source = asyncapi::render(&api);
        assert_eq!(input.asyncapi(ApiInfo::default()), source, "{case}: from the constants");
        assert_eq!(expanded.asyncapi(ApiInfo::default()), source, "{case}: from the expansion");
    }
}
