//! Compiles the input of each case and the expansion committed for it; the `.proto` from the constants of either is the one
//! that was rendered from source.
#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    unreachable_pub,
    unused_crate_dependencies,
    clippy::all,
    reason = "what is compiled here is data"
)]

macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        $(mod $case {
            pub mod expanded;
            pub mod input;
        })*

        const CASES: &[&str] = &[$(stringify!($case)),*];

        /// Name, `.proto` from the input's constants, and from those of the expansion.
        fn protos() -> Vec<(&'static str, String, String)> {
            vec![$((
                stringify!($case),
                $case::input::BooksServer::<$case::input::BooksClient>::proto(),
                $case::expanded::BooksServer::<$case::expanded::BooksClient>::proto(),
            )),*]
        }
    };
}

cases! {
    amqp_kinds,
    bare_trait,
    containers,
    context,
    docs,
    empty_messages,
    encodings,
    enumeration,
    enumeration_with_unknown,
    enumeration_with_zero,
    every_scalar,
    hidden_names,
    http_routes,
    json_style,
    message_argument,
    narrowed,
    numbers_and_names,
    oneof,
    oneof_field,
    packages,
    recursive,
    streams,
    typed_error,
    wire_details,
    without_package,
    ws_endpoint,
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
    for (case, input, expanded) in protos() {
        let committed = std::fs::read_to_string(root().join(case).join("schema.proto")).expect("the .proto");
        assert_eq!(input, committed, "{case}: from the constants");
        assert_eq!(expanded, committed, "{case}: from the committed expansion");
    }
}
