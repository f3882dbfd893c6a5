//! Every limit of a server and its default. None is unlimited.

use std::time::Duration;

/// The limits of a server. Start from the default and change what differs:
///
/// ```
/// use polywire::Limits;
/// let limits = Limits { message_size: 16 << 20, ..Limits::default() };
/// # assert_eq!(limits.json_size, 1 << 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once on a listener: 10,000.
    pub connections: usize,
    /// From accept to the whole head of the first request: 10 s.
    pub header_timeout: Duration,
    /// The size of all headers of a request, in bytes: 16 KiB.
    pub header_size: u32,
    /// Streams at once on an HTTP/2 connection: 100.
    pub streams: u32,
    /// The flow-control window of an HTTP/2 stream, in bytes: 64 KiB.
    pub stream_window: u32,
    /// The flow-control window of an HTTP/2 connection, in bytes: 1 MiB.
    pub connection_window: u32,
    /// Streams that the peer resets before they are accepted, on an HTTP/2 connection: 20.
    pub pending_resets: usize,
    /// Streams that we reset for the peer's errors, on an HTTP/2 connection: 128.
    pub local_resets: usize,
    /// Between HTTP/2 PINGs on a connection: 30 s.
    pub keepalive_interval: Duration,
    /// Wait for the answer to a PING: 20 s.
    pub keepalive_timeout: Duration,
    /// A gRPC or Connect message that comes in, in bytes, packed and unpacked: 4 MiB.
    pub message_size: usize,
    /// A gRPC or Connect message that goes out, in bytes: 4 MiB.
    pub reply_size: usize,
    /// A JSON body of an HTTP route, in bytes: 1 MiB.
    pub json_size: usize,
    /// A WebSocket message, in bytes: 1 MiB.
    pub ws_message_size: usize,
    /// A WebSocket frame, in bytes: 256 KiB.
    pub ws_frame_size: usize,
    /// Unsent bytes of a WebSocket connection: 1 MiB.
    pub ws_write_buffer: usize,
    /// Calls at once on a multiplexed WebSocket connection: 64.
    pub ws_calls: usize,
    /// From the handshake to the first WebSocket message: 10 s.
    pub ws_first_message: Duration,
    /// Between WebSocket pings: 20 s.
    pub ws_ping_interval: Duration,
    /// A WebSocket connection from which nothing came for so long is dropped: 40 s.
    pub ws_idle_timeout: Duration,
    /// An AMQP message, in bytes: 1 MiB.
    pub amqp_message_size: usize,
    /// The time a unary call may take when the caller asks for more, or for nothing: 30 s.
    pub unary_timeout: Duration,
    /// The time between two items of a stream: 5 min.
    pub stream_idle_timeout: Duration,
    /// Calls at once, over all wires: 1,024. More are refused, not queued.
    pub calls_in_flight: usize,
    /// From the signal to stop until no new work is taken: 5 s is what load balancers need; 0 by default.
    pub drain_delay: Duration,
    /// From then until what still runs is cut off: 30 s.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            header_timeout: Duration::from_secs(10),
            header_size: 16 << 10,
            streams: 100,
            stream_window: 64 << 10,
            connection_window: 1 << 20,
            pending_resets: 20,
            local_resets: 128,
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(20),
            message_size: 4 << 20,
            reply_size: 4 << 20,
            json_size: 1 << 20,
            ws_message_size: 1 << 20,
            ws_frame_size: 256 << 10,
            ws_write_buffer: 1 << 20,
            ws_calls: 64,
            ws_first_message: Duration::from_secs(10),
            ws_ping_interval: Duration::from_secs(20),
            ws_idle_timeout: Duration::from_secs(40),
            amqp_message_size: 1 << 20,
            unary_timeout: Duration::from_secs(30),
            stream_idle_timeout: Duration::from_secs(300),
            calls_in_flight: 1_024,
            drain_delay: Duration::ZERO,
            drain_timeout: Duration::from_secs(30),
        }
    }
}
