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
fn a_method_that_no_rust_name_becomes_is_refused() {
    let text = refusal("method", "syntax = \"proto3\"; message A {} service S { rpc get_A(A) returns (A); }");
    assert!(text.contains("method `S.get_A`"), "{text}");
}

#[test]
fn a_malformed_file_is_refused_with_its_place() {
    let text = refusal("malformed", "syntax = \"proto3\";\nmessage A { int32 }");
    assert!(text.contains("a.proto:2:19"), "{text}");
}
