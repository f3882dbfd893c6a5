//! Every limit of a server and its default. What a peer can make a server hold is always limited.
//!
//! Messages in and messages out have a limit each, because a server that takes little may answer much.

mod text;

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Writes the structure, the defaults and the builder methods from one row a limit.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:expr;)*) => {
        /// The limits of a server. Start from the default and change what differs, by field, by method, or from a file:
        ///
        /// ```
        /// use polywire::Limits;
        /// let limits = Limits { message_size: 16 << 20, ..Limits::default() };
        /// assert_eq!(limits, Limits::default().message_size(16 << 20));
        ///
        /// let file = r#"{"unary_timeout": "5s", "connection_age": "1h", "streams": 200}"#;
        /// let limits: Limits = serde_json::from_str(file)?;
        /// assert_eq!((limits.unary_timeout.as_secs(), limits.json_size), (5, 1 << 20));
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        ///
        /// In a file a duration is a number and a unit (`"250ms"`, `"10s"`, `"5m"`, `"1h"`), one that may be absent is `"none"` too, a
        /// size is a number of bytes, what is left out is the default, and an unknown name is an error.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[$doc])* #[serde(with = "text")] pub $name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            })*
        }
    };
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

limits! {
    /// Connections at once on a listener: 10,000. More wait, unaccepted.
    connections: usize = 10_000;
    /// Connections that the system keeps for a TCP listener until they are accepted: 1,024, or what it allows at most
    /// (Linux: `net.core.somaxconn`). A listener that is bound already has its own, and a Unix socket that of the standard library.
    backlog: u32 = 1_024;
    /// From accept, or from the first byte of a later request, to the whole head: 10 s. On HTTP/2, to the preface.
    header_timeout: Duration = secs(10);
    /// From accept to the end of the TLS handshake: 10 s. The head of the first request is timed from there.
    handshake_timeout: Duration = secs(10);
    /// An HTTP/1.1 connection without a request, or whose peer takes nothing of an answer: 30 s.
    idle_timeout: Duration = secs(30);
    /// Between two pieces of the body of a request that is one message: 10 s. The whole has the time of the call.
    body_timeout: Duration = secs(10);
    /// The size of all headers of an HTTP/2 request, in bytes, as RFC 9113, section 10.5.1 counts: 16 KiB.
    header_size: u32 = 16 << 10;
    /// Headers of an HTTP/1.1 request: 100.
    h1_headers: usize = 100;
    /// The head of an HTTP/1.1 request, and what is read ahead of its body, in bytes: 64 KiB. At least 8 KiB.
    h1_buffer: usize = 64 << 10;
    /// Streams at once on an HTTP/2 connection: 100.
    streams: u32 = 100;
    /// The flow-control window of an HTTP/2 stream, in bytes: 64 KiB.
    stream_window: u32 = 64 << 10;
    /// The flow-control window of an HTTP/2 connection, in bytes: 1 MiB.
    connection_window: u32 = 1 << 20;
    /// What an HTTP/2 stream holds of its answer beyond the window of its reader, in bytes: 64 KiB.
    send_buffer: usize = 64 << 10;
    /// Streams that the peer resets before they are accepted, on an HTTP/2 connection: 20. Then GOAWAY.
    pending_resets: usize = 20;
    /// Streams that we reset for the peer's errors, on an HTTP/2 connection: 128. Then GOAWAY.
    local_resets: usize = 128;
    /// Between HTTP/2 PINGs on a connection: 30 s.
    keepalive_interval: Duration = secs(30);
    /// Wait for the answer to a PING: 20 s.
    keepalive_timeout: Duration = secs(20);
    /// The age at which an HTTP connection is told to end (GOAWAY; `connection: close`): 30 min, 10 % more or less.
    connection_age: Duration = secs(30 * 60);
    /// What the calls on a connection of that age have to end: 30 s. Those that still run then, streams too, end with
    /// `unavailable`. An HTTP/2 peer that answers PING, and keeps the window of a stream without a deadline shut, holds it until then.
    connection_grace: Duration = secs(30);
    /// A gRPC or Connect message that comes in, in bytes, packed and unpacked: 4 MiB.
    message_size: usize = 4 << 20;
    /// A gRPC or Connect message that goes out, in bytes: 4 MiB.
    reply_size: usize = 4 << 20;
    /// A JSON body of an HTTP route, in bytes: 1 MiB.
    json_size: usize = 1 << 20;
    /// How many levels deep a message may nest, in and out: 64. At most 256; and JSON, whose brackets nest 127 deep at most,
    /// may use it up sooner.
    nesting: u32 = 64;
    /// What a message that comes in may hold of repeated elements, map entries and nested messages, in all: 100,000.
    elements: u32 = 100_000;
    /// Messages of over 64 KiB that are being received or handled at once, over all calls, in bytes: 256 MiB. More are
    /// refused.
    decode_budget: usize = 256 << 20;
    /// A WebSocket message, in bytes: 1 MiB.
    ws_message_size: usize = 1 << 20;
    /// A WebSocket frame, in bytes: 256 KiB.
    ws_frame_size: usize = 256 << 10;
    /// Unsent bytes of a WebSocket connection: 1 MiB.
    ws_write_buffer: usize = 1 << 20;
    /// Unary calls at once on a multiplexed WebSocket connection: 64. Its streams are counted apart, by `connection_streams`.
    ws_calls: usize = 64;
    /// From the handshake to the first call on a WebSocket: 10 s. What is no call, such as `$/cancelRequest`, does not count.
    ws_first_message: Duration = secs(10);
    /// Between WebSocket pings: 20 s.
    ws_ping_interval: Duration = secs(20);
    /// A WebSocket connection from which nothing came, or whose peer took nothing, for so long is dropped: 40 s.
    ws_idle_timeout: Duration = secs(40);
    /// The age at which a WebSocket connection ends, 10 % more or less. Its streams end with `unavailable`; so do its calls, after
    /// `connection_grace`. Then it is closed with 1001. None unless set, `"none"` in a file.
    ws_age: Option<Duration> = None;
    /// An AMQP message, in bytes: 1 MiB.
    amqp_message_size: usize = 1 << 20;
    /// The time a unary call may take when the caller asks for more, or for nothing: 30 s.
    unary_timeout: Duration = secs(30);
    /// The longest wait for the next item of a response stream, or of a client stream's requests. None unless set, `"none"` in a file: a stream that its
    /// wire keeps alive goes on, though nobody has anything to say. `#[method(idle = "5m")]` sets it for one method.
    stream_idle_timeout: Option<Duration> = None;
    /// Unary calls at once, over all wires: 1,024. More are refused, not queued.
    calls_in_flight: usize = 1_024;
    /// Streams at once, over all wires: 10,000. A stream is a call that streams in either direction. More are refused, not queued.
    open_streams: usize = 10_000;
    /// Streams at once on a multiplexed WebSocket connection: 256. An HTTP/2 connection has `streams`.
    connection_streams: usize = 256;
    /// From the signal to stop until no new work is taken: 5 s, for load balancers to hear from the server's health that it is
    /// about to stop. Ctrl-C does not wait for it.
    drain_delay: Duration = secs(5);
    /// From then until what still runs is cut off: 30 s.
    drain_timeout: Duration = secs(30);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let limits = Limits::default().unary_timeout(Duration::from_millis(1_500)).connections(7);
        let text = serde_json::to_string(&limits).expect("limits are JSON");
        assert!(
            text.contains(r#""unary_timeout":"1500ms""#) && text.contains(r#""connection_age":"30m""#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Limits>(&text).expect("the same"), limits);
    }

    #[test]
    fn the_idleness_of_streams_is_a_time_or_none() {
        let read = |text: &str| serde_json::from_str::<Limits>(text).expect(text).stream_idle_timeout;
        assert_eq!(Limits::default().stream_idle_timeout, None);
        assert_eq!(read(r#"{"stream_idle_timeout": "5m"}"#), Some(Duration::from_secs(300)));
        assert_eq!(read(r#"{"stream_idle_timeout": "none"}"#), None);
        assert_eq!(read(r#"{"stream_idle_timeout": null}"#), None);
        let text = serde_json::to_string(&Limits::default()).expect("limits are JSON");
        assert!(text.contains(r#""stream_idle_timeout":"none""#), "{text}");
        let error =
            serde_json::from_str::<Limits>(r#"{"stream_idle_timeout": "never"}"#).expect_err("no time");
        assert!(error.to_string().contains("or \"none\""), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (file, said) in [
            (r#"{"unary_timeout": "5"}"#, "a number and a unit"),
            (r#"{"unary_timeout": 5}"#, "a number and a unit"),
            (r#"{"streams": -1}"#, "a whole number"),
            (r#"{"streams": 4294967296}"#, "a whole number"),
            (r#"{"stream": 5}"#, "unknown field `stream`"),
        ] {
            let error = serde_json::from_str::<Limits>(file).expect_err(file).to_string();
            assert!(error.contains(said), "{file}: {error}");
        }
    }
}
