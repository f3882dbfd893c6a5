//! Imports Connect's conformance suite: its service, and its runner's messages to the programs under test.

#[cfg(feature = "suite")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use polywire_codegen::import::Import;
    const FILES: [&str; 3] = ["service", "server_compat", "client_compat"];

    println!("cargo:rerun-if-env-changed=CONNECT_CONFORMANCE_PROTO");
    let folder = std::env::var("CONNECT_CONFORMANCE_PROTO").map_err(|_| {
        "CONNECT_CONFORMANCE_PROTO must name the folder of the suite's .proto files; scripts/conformance sets it"
    })?;
    let import = Import::new().include(&folder).with_context();
    let file = |name| format!("{folder}/connectrpc/conformance/v1/{name}.proto");
    FILES.map(file).into_iter().fold(import, Import::file).run()?;
    Ok(())
}

#[cfg(not(feature = "suite"))]
fn main() {}
