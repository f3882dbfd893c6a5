//! Imports each set of files to its own Rust file.

#[cfg(not(feature = "files"))]
fn main() {}

/// A few files of the corpus, to compile: routes that cannot be served, deprecated types, comments of every kind.
#[cfg(feature = "files")]
const SAMPLE: [&str; 5] = [
    "google/firestore/v1/firestore.proto",
    "google/cloud/kms/inventory/v1/key_tracking_service.proto",
    "google/cloud/managedkafka/schemaregistry/v1/schema_registry.proto",
    "envoy/service/discovery/v3/discovery.proto",
    "envoy/type/matcher/v3/regex.proto",
];

#[cfg(feature = "files")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use polywire_codegen::import::Import;
    use std::env;
    use std::path::{Path, PathBuf};

    println!("cargo:rerun-if-env-changed=PROTO_FILES");
    let folder = env::var_os("PROTO_FILES").map(PathBuf::from);
    let folder = folder
        .ok_or("PROTO_FILES names no folder with the .proto files of others; run `scripts/test import`")?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("this is a build script")?);
    let connect = ["service", "client_compat", "server_compat", "config", "suite"];
    let connect = connect.map(|file| format!("connectrpc/conformance/v1/{file}.proto"));
    let sample = SAMPLE.map(str::to_owned);
    let sets: [(&str, &Path, &[String]); 5] = [
        ("connect", &folder.join("connect"), &connect),
        ("sample", &folder.join("corpus"), &sample),
        ("library", &folder.join("library"), &["google/example/library/v1/library.proto".to_owned()]),
        (
            "messages",
            &folder.join("messages"),
            &["proto3", "proto3_editions"]
                .map(|name| format!("conformance/messages/test_messages_{name}.proto")),
        ),
        (
            "grpc",
            Path::new("proto"),
            &["empty", "messages", "test"].map(|name| format!("grpc/testing/{name}.proto")),
        ),
    ];
    for (set, include, files) in sets {
        let out = out.join(format!("{set}.rs"));
        let import = files
            .iter()
            .fold(Import::new().include(include).out(out), |import, file| import.file(include.join(file)));
        let import = if set == "sample" { import.leave_out_foreign_routes() } else { import };
        import.run().map_err(|error| format!("{set}: {error}"))?;
    }
    println!("cargo:rerun-if-changed=proto");
    Ok(())
}
