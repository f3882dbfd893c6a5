//! The limits of a server and their defaults. Everything that a peer can make a server hold is limited.
//!
//! Incoming and outgoing messages have a limit each, because a server that takes little may answer much.

mod live;
pub(crate) mod text;

pub(crate) use live::Live;

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Makes the struct, the defaults and the builder methods from one row for each limit.
macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ty = $default:expr;)*) => {
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
        /// In a file a duration is a number and a unit (`"250ms"`, `"10s"`, `"5m"`, `"1h"`). A duration that
        /// may be absent can be `"none"` too. A size is a number of bytes, or has a unit (`"64KiB"`, `"4MiB"`,
        /// `"1GiB"`). A limit that is left out has its default. An unknown name is an error.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[doc = $doc])* #[serde(with = "text")] pub $name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {
            /// Each limit with its documentation.
            #[allow(dead_code, reason = "a configuration shows them")]
            pub(crate) const ROWS: &[(&'static str, &[&'static str])] = &[$((stringify!($name), &[$($doc),*])),*];

            /// The limits that differ.
            #[allow(dead_code, reason = "a configuration asks")]
            pub(crate) fn changed(&self, other: &Self) -> Vec<&'static str> {
                let mut changed = Vec::new();
                $(if self.$name != other.$name {
                    changed.push(stringify!($name));
                })*
                changed
            }

            $($(#[doc = $doc])*
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
    /// The most connections at once on a listener: 10,000. Further ones are accepted when others have ended.
    connections: usize = 10_000;
    /// The most connections that the system keeps for a TCP listener until they are accepted: 1,024. The system
    /// may allow fewer (Linux: `net.core.somaxconn`). A listener that is bound already keeps its own backlog,
    /// and a Unix socket has that of the standard library.
    backlog: u32 = 1_024;
    /// The time for the whole head of a request: 10 s. It starts with accept, or with the first byte of a later
    /// request. On HTTP/2 it is the time to the preface.
    header_timeout: Duration = secs(10);
    /// The time from accept to the end of the TLS handshake: 10 s. Then the time for the head of the first
    /// request starts.
    handshake_timeout: Duration = secs(10);
    /// The longest time that an HTTP/1.1 connection has no request, or that its peer takes nothing of an
    /// answer: 30 s.
    idle_timeout: Duration = secs(30);
    /// The longest wait between two pieces of a request body that is one message: 10 s. The whole body has the
    /// time of the call.
    body_timeout: Duration = secs(10);
    /// The size of all headers of an HTTP/2 request, in bytes, counted as in RFC 9113, section 10.5.1: 16 KiB.
    header_size: u32 = 16 << 10;
    /// The most headers of an HTTP/1.1 request: 100.
    h1_headers: usize = 100;
    /// Bytes for the head of an HTTP/1.1 request, and for the part of its body that is read ahead: 64 KiB. At
    /// least 8 KiB.
    h1_buffer: usize = 64 << 10;
    /// The most streams at once on an HTTP/2 connection: 100.
    streams: u32 = 100;
    /// The flow-control window of an HTTP/2 stream, in bytes: 64 KiB.
    stream_window: u32 = 64 << 10;
    /// The flow-control window of an HTTP/2 connection, in bytes: 1 MiB.
    connection_window: u32 = 1 << 20;
    /// The bytes of an answer that an HTTP/2 stream holds beyond the window of its reader: 64 KiB.
    send_buffer: usize = 64 << 10;
    /// The most streams of an HTTP/2 connection that the peer may reset before they are accepted: 20. Then the
    /// server sends GOAWAY.
    pending_resets: usize = 20;
    /// The most streams of an HTTP/2 connection that the server resets for the peer's errors: 128. Then it
    /// sends GOAWAY.
    local_resets: usize = 128;
    /// The time between HTTP/2 PINGs on a connection: 30 s.
    keepalive_interval: Duration = secs(30);
    /// The longest wait for the answer to a PING: 20 s.
    keepalive_timeout: Duration = secs(20);
    /// The age at which the server tells an HTTP connection to end (GOAWAY; `connection: close`): 30 min, 10 %
    /// more or less.
    connection_age: Duration = secs(30 * 60);
    /// The time that calls have to end on a connection that has reached `connection_age`: 30 s. Then the calls and
    /// streams that still run end with `unavailable`. An HTTP/2 peer can answer PINGs and yet never read a stream. If
    /// the stream has no deadline, the peer holds it until then.
    connection_grace: Duration = secs(30);
    /// The largest gRPC or Connect message that comes in, in bytes, before and after it is decompressed: 4 MiB.
    message_size: usize = 4 << 20;
    /// The largest gRPC or Connect message that goes out, in bytes: 4 MiB.
    reply_size: usize = 4 << 20;
    /// The largest JSON body of an HTTP route, in bytes: 1 MiB.
    json_size: usize = 1 << 20;
    /// The most levels that a message may nest, in and out: 64. The setting is at most 256. JSON may use it up
    /// sooner, because its brackets nest 127 deep at most.
    nesting: u32 = 64;
    /// The most repeated elements, map entries and nested messages that an incoming message may hold, in all:
    /// 100,000.
    elements: u32 = 100_000;
    /// Bytes of large messages (over 64 KiB each) that the server receives or handles at once, over all calls:
    /// 256 MiB. More are refused.
    decode_budget: usize = 256 << 20;
    /// The largest WebSocket message, in bytes: 1 MiB.
    ws_message_size: usize = 1 << 20;
    /// The largest WebSocket frame, in bytes: 256 KiB.
    ws_frame_size: usize = 256 << 10;
    /// The most unsent bytes of a WebSocket connection: 1 MiB.
    ws_write_buffer: usize = 1 << 20;
    /// The most unary calls at once on a multiplexed WebSocket connection: 64. `connection_streams` counts its
    /// streams.
    ws_calls: usize = 64;
    /// The time from the handshake to the first call on a WebSocket: 10 s. Messages that are no call, such as
    /// `$/cancelRequest`, do not count.
    ws_first_message: Duration = secs(10);
    /// The time between WebSocket pings: 20 s.
    ws_ping_interval: Duration = secs(20);
    /// The time after which a WebSocket connection is dropped if its peer sends nothing, or reads nothing: 40 s.
    ws_idle_timeout: Duration = secs(40);
    /// The age at which a WebSocket connection ends, 10 % more or less. Its streams end with `unavailable`
    /// then, its calls after `connection_grace`. At last the server closes it with 1001. None unless set,
    /// `"none"` in a file.
    ws_age: Option<Duration> = None;
    /// The largest AMQP message, in bytes: 1 MiB.
    amqp_message_size: usize = 1 << 20;
    /// The longest time of a unary call, also when the caller asks for more or for nothing: 30 s.
    unary_timeout: Duration = secs(30);
    /// The longest wait for the next item of a response stream, or of a client's request stream. None unless
    /// set, `"none"` in a file: a stream may then be silent for as long as its wire keeps it open.
    /// `#[method(idle = "5m")]` sets it for one method.
    stream_idle_timeout: Option<Duration> = None;
    /// The most unary calls at once, over all wires: 1,024. More are refused, not queued.
    calls_in_flight: usize = 1_024;
    /// The most streams at once, over all wires: 10,000. A stream is a call that streams in either direction.
    /// More are refused, not queued.
    open_streams: usize = 10_000;
    /// The most streams at once on a multiplexed WebSocket connection: 256. For HTTP/2 connections see `streams`.
    connection_streams: usize = 256;
    /// The time from the stop signal until the server takes no new work: 5 s. Load balancers learn in this time
    /// from the server's health that it is about to stop. Ctrl-C does not wait for it.
    drain_delay: Duration = secs(5);
    /// The time from the end of `drain_delay` until the server ends the calls that still run: 30 s.
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
