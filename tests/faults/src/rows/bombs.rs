//! Messages that unpack to far more than their own size, on a server that accepts every compression.

use crate::Seen;
use crate::http1::ask;
use crate::server::{Environment, Process};
use std::io::Write;
use tokio::process::Command;

/// A server that takes packed messages.
pub(super) const PACKED: Environment = &[("COMPRESSION", "all")];

/// The size of each message when it is unpacked: 256 MiB of zeros.
const SIZE: usize = 256 << 20;

fn bombs() -> std::io::Result<Vec<(&'static str, Vec<u8>)>> {
    let zeros = vec![0; 1 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let mut snappy = snap::write::FrameEncoder::new(Vec::new());
    let mut br = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 22);
    for at in 0..SIZE >> 20 {
        gzip.write_all(&zeros)?;
        deflate.write_all(&zeros)?;
        br.write_all(&zeros)?;
        // snappy packs to a twentieth, and a message is 4 MiB at most.
        if at < 64 {
            snappy.write_all(&zeros)?;
        }
    }
    Ok(vec![
        ("gzip", gzip.finish()?),
        ("deflate", deflate.finish()?),
        ("br", br.into_inner()),
        ("zstd", zstd()),
        ("snappy", snappy.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?),
    ])
}

/// By hand (RFC 8878, section 3.1.1): no encoder writes nothing but runs. 128 KiB a block, four bytes each.
fn zstd() -> Vec<u8> {
    const BLOCK: u32 = 128 << 10;
    // The magic number; no content size, no checksum; a window of 8 MiB.
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3];
    let blocks = SIZE as u32 / BLOCK;
    for at in 0..blocks {
        // The size, the type (1: a byte to repeat), and whether it is the last block.
        let header = BLOCK << 3 | 1 << 1 | u32::from(at + 1 == blocks);
        bytes.extend(&header.to_le_bytes()[..3]);
        bytes.push(0);
    }
    bytes
}

fn envelope(message: &[u8]) -> Vec<u8> {
    [&[1][..], &(message.len() as u32).to_be_bytes(), message].concat()
}

/// The status of a gRPC call, as curl sees it.
async fn grpc(server: &Process, encoding: &str, message: &[u8]) -> std::io::Result<String> {
    let file = std::env::temp_dir().join(format!("polywire-bomb-{}-{encoding}", std::process::id()));
    std::fs::write(&file, envelope(message))?;
    let url = format!("http://{}/faults.v1.Faults/Echo", server.address);
    let (encoding, data) = (format!("grpc-encoding: {encoding}"), format!("@{}", file.display()));
    let output = Command::new("curl")
        .args([
            "-s",
            "--http2-prior-knowledge",
            "-D",
            "-",
            "-o",
            "/dev/null",
            "-H",
            "content-type: application/grpc",
        ])
        .args(["-H", "te: trailers", "-H", &encoding, "--data-binary", &data, &url])
        .output()
        .await?;
    std::fs::remove_file(&file)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let status = said.lines().find_map(|line| line.strip_prefix("grpc-status: "));
    Ok(status.unwrap_or("none").trim().to_owned())
}

pub(super) async fn unpacked(server: &Process) -> Seen {
    let mut seen = Vec::new();
    for (name, bomb) in bombs()? {
        let web = format!("content-type: application/grpc-web\r\ngrpc-encoding: {name}\r\n");
        let connect = format!("content-type: application/proto\r\ncontent-encoding: {name}\r\n");
        let json = format!("content-type: application/json\r\ncontent-encoding: {name}\r\n");
        let rpc = "POST /faults.v1.Faults/Echo";
        let (web, connect, json) = (
            ask(server.address, rpc, &web, &envelope(&bomb)).await?,
            ask(server.address, rpc, &connect, &bomb).await?,
            ask(server.address, "POST /echo", &json, &bomb).await?,
        );
        let grpc = grpc(server, name, &bomb).await?;
        let refused = [
            ("gRPC", grpc == "8"),
            ("gRPC-Web", web.contains("grpc-status:8") || web.contains("grpc-status: 8")),
            ("Connect", connect.contains("resource_exhausted")),
            // For JSON, the limit of a body holds for the packed bytes too.
            ("HTTP/JSON", json.starts_with("HTTP/1.1 413")),
        ];
        if let Some((wire, _)) = refused.iter().find(|(_, refused)| !refused) {
            return Err(format!("{name} over {wire}: {grpc} {web:?} {connect:?} {json:?}").into());
        }
        seen.push(format!("{name} of {} bytes", bomb.len()));
    }
    Ok(format!("{}: resource_exhausted over gRPC, gRPC-Web, Connect, HTTP/JSON", seen.join(", ")))
}
