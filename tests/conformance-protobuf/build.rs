//! Imports the runner's messages, when its package is there.

#[cfg(not(feature = "runner"))]
fn main() {}

#[cfg(feature = "runner")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::path::PathBuf;

    println!("cargo:rerun-if-env-changed=PROTOBUF_INCLUDE");
    let include = std::env::var_os("PROTOBUF_INCLUDE").map(PathBuf::from).ok_or(
        "PROTOBUF_INCLUDE names no folder with the .proto files of protobuf's conformance runner; run `scripts/conformance protobuf`",
    )?;
    let files = [
        "conformance.proto",
        "messages/test_messages_proto3.proto",
        "messages/test_messages_proto3_editions.proto",
    ];
    let import = polywire_codegen::import::Import::new().include(&include).keep_unknown_fields();
    let files = files.iter().map(|file| include.join("conformance").join(file));
    files.fold(import, polywire_codegen::import::Import::file).run()?;
    Ok(())
}
