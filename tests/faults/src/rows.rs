//! The rows of the table, by their subject.

mod awaits;
mod bombs;
mod connections;
mod deadlines;
mod floods;
mod frames;
mod load;
mod requests;
mod resets;
pub(crate) mod shutdown;

use crate::{Row, row};

/// The rows that wait for a default to pass.
pub(crate) fn waiting() -> Vec<Row> {
    vec![
        row!("silent socket: 0 bytes", "raw bytes", 16, connections::nothing),
        row!("silent socket: a lone `P`", "raw bytes", 16, connections::lone_byte),
        row!("slow headers", "slowhttptest", 24, connections::slow_headers),
        row!("slow body", "slowhttptest", 24, connections::slow_body),
        row!("slow body, one connection", "raw bytes", 16, connections::stalled_body),
        row!("slow body, other wires", "raw bytes", 16, deadlines::stalled_bodies),
        row!("slow body: a byte every 2 s", "raw bytes", 16, connections::dripped_body),
        row!("HTTP/1.1 idle", "raw bytes", 16, connections::idle),
        row!("reader that takes nothing", "raw bytes", 16, connections::takes_nothing),
        row!("age (1 s instead of 30 min)", "raw bytes", 16, r#"{"connection_age":"1s"}"#, connections::age),
        row!(
            "age, grace (1 s each)",
            "raw bytes",
            16,
            r#"{"connection_age":"1s","connection_grace":"1s"}"#,
            connections::grace
        ),
        row!("pipelined half of a head", "raw bytes", 16, connections::pipelined_head),
        row!("shutdown: SIGTERM", "raw bytes", 16, shutdown::sequence),
        row!("shutdown: Ctrl-C, twice", "raw bytes", 0, r#"{"drain_delay":"10m"}"#, shutdown::interrupt),
        row!("shutdown: what does not end", "raw bytes", 0, r#"{"unary_timeout":"10m"}"#, shutdown::endless),
        row!("WebSocket: no first message", "raw bytes", 16, connections::ws_silent),
        row!("WebSocket: ping unanswered", "raw bytes", 16, connections::ws_unanswered),
        row!("TLS handshake that never comes", "raw bytes", 16, &[("TLS", "on")], connections::no_handshake),
        row!("deadline: the server's, 30 s", "raw bytes", 16, deadlines::unary),
        row!(
            "deadline: idle (1 s instead of none)",
            "raw bytes",
            16,
            r#"{"stream_idle_timeout":"1s"}"#,
            deadlines::stream_idle
        ),
        row!("half-open: PING unanswered", "raw frames", 16, frames::unanswered_ping),
        row!("slow headers: half of them, HTTP/2", "raw frames", 16, frames::half_a_head),
    ]
}

/// The others.
pub(crate) fn busy() -> Vec<Row> {
    vec![
        row!("stream flood: settings", "raw frames", 16, frames::settings),
        row!("stream flood: 100 a connection", "raw frames", 16, frames::too_many_streams),
        row!("rapid reset", "raw frames", 32, resets::rapid_reset),
        row!("MadeYouReset", "raw frames", 32, resets::made_you_reset),
        row!("CONTINUATION flood", "raw frames", 16, frames::continuation_flood),
        row!("header list over 16 KiB", "raw frames", 16, frames::large_header),
        row!("SETTINGS flood", "raw frames", 16, floods::settings),
        row!("PING flood", "raw frames", 16, floods::ping),
        row!("1-byte DATA, nobody reads", "raw frames", 16, floods::small_data),
        row!("window overflow", "raw frames", 16, frames::window_overflow),
        row!("windows of 0 and of 1 byte", "raw frames", 16, floods::windows),
        row!("slow reader of 1 GiB", "raw bytes", 16, load::slow_reader),
        row!("slow reader of 1 GiB, HTTP/2", "raw frames", 16, frames::slow_reader),
        row!("h1: 100 headers, 64 KiB", "raw bytes", 16, requests::heads),
        row!("path variables", "raw bytes", 16, requests::paths),
        row!("decode amplification", "raw bytes", 64, requests::amplification),
        row!("decode budget: 256 MiB", "raw bytes", 400, requests::budget),
        row!("nesting: 64 levels", "raw bytes", 16, requests::nesting),
        row!("message size", "raw bytes", 32, requests::sizes),
        row!("message size: out, 4 MiB", "raw bytes", 64, requests::large_reply),
        row!("message size: out", "raw bytes", 16, r#"{"reply_size":65536}"#, requests::replies),
        row!("WebSocket: message and frame size", "raw frames", 16, requests::ws_sizes),
        row!("WebSocket: 64 calls", "raw frames", 16, requests::ws_calls),
        row!("WebSocket: slow reader of 60 GiB", "raw frames", 16, load::ws_slow_reader),
        row!("decompression bomb: off", "raw bytes", 16, requests::bomb),
        row!("decompression bomb: on", "raw, curl", 48, bombs::PACKED, bombs::unpacked),
        row!("JSON: integers, duplicate keys", "raw bytes", 16, requests::json),
        row!("cross-site WebSocket, CORS", "raw bytes", 16, requests::origins),
        row!("panic in a handler", "raw bytes", 256, &[("RUST_BACKTRACE", "1")], requests::panic),
        row!("client gone at every byte", "raw bytes", 48, load::client_gone),
        row!("client gone at every await", "raw bytes", 64, awaits::client_gone),
        row!("overload: 1,024 calls", "raw bytes", 128, load::overload),
        row!("idle streams: 16 sockets x 64", "raw frames", 96, load::idle_streams),
        row!("idle streams: 256 a connection", "raw frames", 16, load::streams_of_a_connection),
        row!("idle streams: 3 a server", "raw bytes", 16, r#"{"open_streams":3}"#, load::streams_of_a_server),
        row!("10,000 idle connections", "raw bytes", 400, load::idle_connections),
        row!("many streams", "h2load", 64, load::h2load),
    ]
}
