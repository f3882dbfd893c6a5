//! Writes one service of many methods as two crates: for polywire, imported from the `.proto`, and for tonic, by tonic-build
//! from the same file. Each implements the service, mounts it, and calls every method. `scripts/bench build` compiles them.

use clap::Parser;
use polywire_codegen::import::Import;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Writes `ours/src/lib.rs` and `peer/src/lib.rs`.
#[derive(Parser)]
struct Options {
    /// The folder to write to.
    folder: PathBuf,
    /// How many methods the service has; each has a request and a response of its own.
    #[arg(long, default_value_t = 100)]
    methods: usize,
}

fn main() -> Result<()> {
    let Options { folder, methods } = Options::parse();
    let [ours, peer] = ["ours/src", "peer/src"].map(|part| folder.join(part));
    [&ours, &peer].into_iter().try_for_each(fs::create_dir_all)?;
    fs::write(folder.join("cost.proto"), proto(methods)?)?;
    let import = Import::new().include(&folder).file(folder.join("cost.proto"));
    fs::write(ours.join("lib.rs"), import.source()? + &our_use(methods)?)?;
    fs::write(peer.join("lib.rs"), tonic(&folder)? + &peer_use(methods)?)?;
    Ok(())
}

fn proto(methods: usize) -> Result<String> {
    let mut proto =
        "syntax = \"proto3\";\npackage cost.v1;\n\n/// Costs.\nservice CostService {\n".to_owned();
    for n in 0..methods {
        writeln!(proto, "  // Method {n}.\n  rpc Method{n}(Method{n}Request) returns (Method{n}Response);")?;
    }
    proto.push_str("}\n");
    for n in 0..methods {
        for name in ["Request", "Response"] {
            writeln!(proto, "\nmessage Method{n}{name} {{\n  int32 id = 1;\n  string name = 2;")?;
            writeln!(proto, "  repeated string tags = 3;\n  double price = 4;\n  bytes data = 5;\n}}")?;
        }
    }
    Ok(proto)
}

fn tonic(folder: &Path) -> Result<String> {
    let files = protox::compile(["cost.proto"], [folder])?;
    tonic_prost_build::configure().out_dir(folder.join("peer")).compile_fds(files)?;
    Ok(fs::read_to_string(folder.join("peer/cost.v1.rs"))?)
}

fn our_use(methods: usize) -> Result<String> {
    let mut text = "\npub struct Costs;\n\nimpl cost::v1::CostService for Costs {\n".to_owned();
    for n in 0..methods {
        writeln!(
            text,
            "    async fn method{n}(&self, request: cost::v1::Method{n}Request) -> polywire::Result<cost::v1::Method{n}Response> {{
        let cost::v1::Method{n}Request {{ id, name, tags, price, data }} = request;
        Ok(cost::v1::Method{n}Response {{ id, name, tags, price, data }})
    }}"
        )?;
    }
    text.push_str("}\n\npub fn server() -> polywire::Server {\n");
    text.push_str("    polywire::Server::new().service(cost::v1::CostServiceServer::new(Costs))\n}\n\n");
    text.push_str("pub async fn call(client: &cost::v1::CostServiceClient) -> polywire::Result<()> {\n");
    text.push_str("    use cost::v1::CostService;\n");
    for n in 0..methods {
        writeln!(text, "    client.method{n}(cost::v1::Method{n}Request::default()).await?;")?;
    }
    Ok(text + "    Ok(())\n}\n")
}

fn peer_use(methods: usize) -> Result<String> {
    let mut text =
        "\npub struct Costs;\n\n#[tonic::async_trait]\nimpl cost_service_server::CostService for Costs {\n"
            .to_owned();
    for n in 0..methods {
        writeln!(
            text,
            "    async fn method{n}(&self, request: tonic::Request<Method{n}Request>) -> Result<tonic::Response<Method{n}Response>, tonic::Status> {{
        let Method{n}Request {{ id, name, tags, price, data }} = request.into_inner();
        Ok(tonic::Response::new(Method{n}Response {{ id, name, tags, price, data }}))
    }}"
        )?;
    }
    text.push_str(
        "}\n\npub fn server() -> tonic::transport::server::Router {\n    tonic::transport::Server::builder()",
    );
    text.push_str(".add_service(cost_service_server::CostServiceServer::new(Costs))\n}\n\n");
    text.push_str("pub async fn call(client: &mut cost_service_client::CostServiceClient<tonic::transport::Channel>) -> Result<(), tonic::Status> {\n");
    for n in 0..methods {
        writeln!(text, "    client.method{n}(Method{n}Request::default()).await?;")?;
    }
    Ok(text + "    Ok(())\n}\n")
}
