//! A file that polywire's types cannot express is refused with the reason.

use polywire_codegen::import::{Import, Imported};
use std::fs;

/// The result of importing one file.
fn imported(
    case: &str,
    source: &str,
    options: impl FnOnce(Import) -> Import,
) -> Result<Imported, polywire_codegen::import::Error> {
    let folder = std::env::temp_dir().join(format!("polywire-import-{}-{case}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("a.proto"), source).expect("a file");
    let result = options(Import::new().include(&folder).file(folder.join("a.proto"))).imported();
    fs::remove_dir_all(&folder).expect("the folder goes");
    result
}

fn refusal(case: &str, source: &str) -> String {
    imported(case, source, |import| import).expect_err("it is refused").to_string()
}

#[test]
fn proto2_is_refused() {
    let text = refusal("proto2", "syntax = \"proto2\"; message A { required int32 b = 1; }");
    assert!(text.contains("a.proto: it is proto2"), "{text}");
}

#[test]
fn a_malformed_file_is_refused_with_its_place() {
    let text = refusal("malformed", "syntax = \"proto3\";\nmessage A { int32 }");
    assert!(text.contains("a.proto:2:19"), "{text}");
}

/// Files may, packages may not.
#[test]
fn packages_that_use_each_other_are_refused() {
    let folder = std::env::temp_dir().join(format!("polywire-import-{}-circle", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let files = [
        ("a.proto", "package a; import \"b.proto\"; message A { b.B b = 1; }"),
        ("b.proto", "package b; import \"c.proto\"; message B { a.C c = 1; }"),
        ("c.proto", "package a; message C {}"),
    ];
    for (name, source) in files {
        fs::write(folder.join(name), format!("syntax = \"proto3\"; {source}")).expect("a file");
    }
    let result = Import::new().include(&folder).file(folder.join("a.proto")).source();
    fs::remove_dir_all(&folder).expect("the folder goes");
    let text = result.expect_err("it is refused").to_string();
    assert!(text.starts_with("packages a, b use each other's types"), "{text}");
}

/// A service whose second method has a route that polywire serves, and whose first has this one.
fn with_route(route: &str) -> String {
    format!(
        "syntax = \"proto3\"; package a.v1; import \"google/api/annotations.proto\"; \
         message A {{ string b = 1; A c = 2; repeated string d = 3; }} \
         service S {{ rpc First(A) returns (A) {{ option (google.api.http) = {{ {route} }}; }} \
         rpc Second(A) returns (A) {{ option (google.api.http) = {{ get: \"/v1/{{b}}\" }}; }} \
         rpc Third(stream A) returns (A) {{ option (google.api.http) = {{ post: \"/v1/{{b}}/all\" body: \"*\" }}; }} }}"
    )
}

#[test]
fn a_route_that_cannot_be_served_is_refused_or_left_out_by_name() {
    for (case, (route, shown, reason)) in [
        ("get: \"/v1/{b=**}/x\"", "GET /v1/{b=**}/x", "`**` must be the last segment"),
        ("get: \"/v1/{b=a/**/c}\"", "GET /v1/{b=a/**/c}", "`**` must be the last segment"),
        ("custom { kind: \"HEAD\" path: \"/v1/x\" }", "HEAD /v1/x", "the verbs of routes are GET"),
        ("get: \"/v1/{c}\"", "GET /v1/{c}", "`c` is a message"),
        ("get: \"/v1/{d}\"", "GET /v1/{d}", "`d` is a list"),
        ("get: \"/v1/{c.e}\"", "GET /v1/{c.e}", "`e` is not a field of `a.v1.A`"),
        ("get: \"/v1/{b}/{b}\"", "GET /v1/{b}/{b}", "appears twice"),
        ("get: \"/v1/x\" body: \"*\"", "GET /v1/x", "a GET request has no body"),
        ("post: \"/v1/x\" body: \"c.b\"", "POST /v1/x", "`c.b` is not a field"),
        ("post: \"/v1/x\" response_body: \"e\"", "POST /v1/x", "`e` is not a field"),
        ("put: \"v1\"", "PUT v1", "does not begin with `/`"),
        (
            "get: \"/v1/a\" additional_bindings { custom { kind: \"LIST\" path: \"/v1/b\" } }",
            "LIST /v1/b",
            "the verbs",
        ),
        ("get: \"/v1/{c.b}\"", "GET /v1/{b}", "another method has"),
    ]
    .into_iter()
    .enumerate()
    {
        let (case, source) = (format!("route{case}"), with_route(route));
        let text = refusal(&case, &source);
        for part in
            ["a.proto: method `a.v1.S.", &format!("`{shown}`"), reason, "Import::leave_out_foreign_routes"]
        {
            assert!(text.contains(part), "{route}: {part}: {text}");
        }
        let imported = imported(&case, &source, Import::leave_out_foreign_routes).expect("the rest is taken");
        let left_out = imported.left_out().join("\n");
        assert!(
            left_out.contains(&format!("`{shown}` cannot be served: ")) && left_out.contains(reason),
            "{left_out}"
        );
        // The other of two is accepted, and so is each method alone.
        assert!(
            imported.source().contains("async fn first(") && imported.source().contains("GET \"/v1/{"),
            "{route}"
        );
        assert!(left_out.contains("the path cannot hold items of a request stream"), "{left_out}");
    }
}

/// A folder with these files, and what comes of the first.
fn imported_with(case: &str, files: &[(&str, &str)]) -> Result<Imported, polywire_codegen::import::Error> {
    let folder = std::env::temp_dir().join(format!("polywire-import-{}-{case}", std::process::id()));
    for (name, source) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(path, source).expect("a file");
    }
    let result = Import::new().include(&folder).file(folder.join(files[0].0)).imported();
    fs::remove_dir_all(&folder).expect("the folder goes");
    result
}

const PROTO2: &str = "syntax = \"proto2\"; package o; import \"google/protobuf/descriptor.proto\"; \
    message Old { required int32 a = 1 [default = 7]; extensions 100 to max; optional group G = 2 { optional int32 b = 1; } } \
    extend google.protobuf.FieldOptions { optional Old old = 50000; optional string word = 50001 [default = \"x\"]; }";

#[test]
fn a_file_of_another_syntax_is_taken_for_its_options_and_refused_for_its_types() {
    let closed = "edition = \"2023\"; package o; option features.enum_type = CLOSED; import \"google/protobuf/descriptor.proto\"; \
        enum E { A = 1; } message Old { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; E e = 2; } \
        extend google.protobuf.FieldOptions { Old old = 50000; string word = 50001; }";
    for (case, options, reason) in [
        ("proto2_options", PROTO2, "o.proto: it is proto2"),
        ("closed_options", closed, "o.proto: `features.enum_type = CLOSED`"),
    ] {
        let only = "syntax = \"proto3\"; package a; import \"o.proto\"; message A { int32 b = 1 [(o.word) = \"b\", (o.old).a = 1]; }";
        let source = imported_with(case, &[("a.proto", only), ("o.proto", options)])
            .expect("it is taken")
            .source()
            .to_owned();
        assert!(source.contains("pub struct A") && !source.contains("Old"), "{source}");
        let held = "syntax = \"proto3\"; package a; import \"o.proto\"; message A { o.Old b = 1; }";
        let error =
            imported_with(case, &[("a.proto", held), ("o.proto", options)]).expect_err("it is refused");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_later_edition_is_taken_or_the_feature_in_the_way_is_named() {
    for edition in ["2023", "2024", "2026"] {
        let file = |feature: &str| {
            format!(
                "edition = \"{edition}\"; package a; {feature} export message A {{ int32 b = 1; local enum C {{ D = 0; }} C c = 2; }}"
            )
        };
        let case = format!("edition{edition}");
        let source =
            imported_with(&case, &[("a.proto", &file(""))]).expect("it is taken").source().to_owned();
        assert!(source.contains("pub b: Option<i32>"), "{source}");
        for (feature, named) in [
            ("option features.message_encoding = DELIMITED;", "features.message_encoding = DELIMITED"),
            ("option features = { utf8_validation: NONE };", "features.utf8_validation = NONE"),
            ("option features.colour = BLUE;", "`features.colour` is not known"),
        ] {
            let error =
                imported_with(&case, &[("a.proto", &file(feature))]).expect_err("it is refused").to_string();
            assert!(error.contains("a.proto") && error.contains(named), "{error}");
        }
    }
}

#[test]
fn what_nests_without_end_is_refused_and_long_chains_are_taken() {
    let proto3 = "syntax = \"proto3\";\n";
    let deep = |open: &str, close: &str| {
        format!("{proto3}message A {{ option (x) = {}{}; }}", open.repeat(30_000), close.repeat(30_000))
    };
    let words: Vec<String> = (0..3_000).map(|at| format!("w{at}")).collect();
    for (case, source, reason) in [
        ("braces", deep("{ a ", "}"), "nest deeper than 100"),
        ("brackets", deep("[", "]"), "nest deeper than 100"),
        ("package", format!("{proto3}package {}; message A {{}}", words.join(".")), "more than 100 words"),
        ("itself", format!("{proto3}import \"a.proto\";"), "cycle"),
    ] {
        let error = imported_with(case, &[("a.proto", &source)]).expect_err("it is refused").to_string();
        assert!(error.contains(reason) && error.len() < 1_000, "{error}");
    }
    let chain: String =
        (0..3_000).map(|at| format!("message M{at} {{ M{} next = 1; }}\n", (at + 1) % 3_000)).collect();
    let source = imported_with("chain", &[("a.proto", &format!("{proto3}{chain}"))])
        .expect("it is taken")
        .source()
        .to_owned();
    assert_eq!(source.matches("Option<Box<M").count(), 3_000);
    let comment = format!("{proto3}// {}x\n// {}y\nmessage A {{}}", "- ".repeat(50_000), "> ".repeat(50_000));
    assert!(imported_with("comment", &[("a.proto", &comment)]).is_ok());
}
