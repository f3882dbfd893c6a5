//! What polywire's types cannot say is refused with the reason.

use polywire_codegen::import::{Import, Imported};
use std::fs;

/// What comes of one file.
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
        ("get: \"/v1/{c.e}\"", "GET /v1/{c.e}", "`e` is no field of `a.v1.A`"),
        ("get: \"/v1/{b}/{b}\"", "GET /v1/{b}/{b}", "there twice"),
        ("get: \"/v1/x\" body: \"*\"", "GET /v1/x", "a GET request has no body"),
        ("post: \"/v1/x\" body: \"c.b\"", "POST /v1/x", "`c.b` is no field"),
        ("post: \"/v1/x\" response_body: \"e\"", "POST /v1/x", "`e` is no field"),
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
        // The other of two is taken, and so is each method.
        assert!(
            imported.source().contains("async fn first(") && imported.source().contains("GET \"/v1/{"),
            "{route}"
        );
        assert!(left_out.contains("no item of a request stream is in the path"), "{left_out}");
    }
}
