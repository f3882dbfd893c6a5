//! The WebSocket plan of a method: its own endpoint, beside the multiplexed one.

use super::http::Template;

/// The path of the endpoint that all methods share.
pub const MULTIPLEXED: &str = "/ws";

/// How a method is served over WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The endpoint of this method alone: `#[ws("/chat")]`. Every method is also on the multiplexed `/ws`.
    pub endpoint: Option<Template>,
}
