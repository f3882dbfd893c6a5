//! What polywire's types cannot say is refused with the reason.

use polywire_codegen::import::Import;
use std::fs;

fn refusal(case: &str, source: &str) -> String {
    let folder = std::env::temp_dir().join(format!("polywire-import-{}-{case}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("a.proto"), source).expect("a file");
    let result = Import::new().include(&folder).file(folder.join("a.proto")).source();
    fs::remove_dir_all(&folder).expect("the folder goes");
    result.expect_err("it is refused").to_string()
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
