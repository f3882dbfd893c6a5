//! Reasons to close a connection: RFC 6455's codes (§7.4), and 4000 + code for a call that failed.
//!
//! A Close has 123 bytes for a status. A longer one goes without its details, and then with its message cut between
//! characters; `runtime/tests/it/ws/close.rs` has a row for each rule. The status does not go as a message before the
//! Close, because it would look like an item. Over `/ws`, which our own client speaks, nothing is cut.

use crate::call::status::Status;
use serde_json::json;
use std::borrow::Cow;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Room for the reason in a Close frame, in bytes (RFC 6455 §5.5: a control frame has 125 bytes, the code
/// takes 2).
const REASON: usize = 123;

/// A Close frame to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Close {
    code: u16,
    reason: Cow<'static, str>,
}

impl Close {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The normal end: everything was sent.
    pub(super) const fn normal() -> Self {
        Self::new(1000, "")
    }

    /// The server is shutting down. The client should connect to another one.
    pub(super) const fn going_away() -> Self {
        Self::new(1001, "the server is shutting down")
    }

    /// The connection has reached its age limit. The client should open another.
    pub(super) const fn aged() -> Self {
        Self::new(1001, "the connection has reached its age; open a new one")
    }

    /// The peer sent a kind of message that this endpoint does not speak.
    pub(super) const fn unsupported(reason: &'static str) -> Self {
        Self::new(1003, reason)
    }

    /// The peer did not send in time.
    pub(super) const fn policy(reason: &'static str) -> Self {
        Self::new(1008, reason)
    }

    /// The message has no room beside the messages of others.
    pub(super) const fn try_again() -> Self {
        Self::new(1013, "the server holds too many large messages; try again later")
    }

    /// The end of a failed call on an endpoint of its own.
    pub(super) fn of_status(status: &Status) -> Self {
        Self { code: 4000 + u16::from(status.code().number()), reason: Cow::Owned(reason(status)) }
    }

    /// The fault of the peer; `None` when the peer is gone and hears nothing.
    pub(super) fn of_error(error: &Error) -> Option<Self> {
        match error {
            Error::Capacity(_) => Some(Self::new(1009, "the message or frame is larger than the limit")),
            Error::Utf8(_) => Some(Self::new(1007, "a text message that is not UTF-8")),
            Error::Protocol(
                tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
            ) => None,
            Error::Protocol(_) => Some(Self::new(1002, "a violation of the WebSocket protocol")),
            _ => None,
        }
    }

    pub(super) fn into_frame(self) -> CloseFrame {
        CloseFrame { code: self.code.into(), reason: self.reason.into_owned().into() }
    }
}

/// The status as JSON in 123 bytes: whole if it fits, else without details, else with its message cut.
fn reason(status: &Status) -> String {
    let whole = status.to_json().to_string();
    if whole.len() <= REASON {
        return whole;
    }
    let brief = |message: &str| json!({ "code": status.code().number(), "message": message }).to_string();
    let plain = brief(status.message());
    if plain.len() <= REASON {
        return plain;
    }
    let mut end = status.message().len().min(REASON);
    loop {
        while !status.message().is_char_boundary(end) {
            end -= 1;
        }
        let text = brief(&format!("{}…", &status.message()[..end]));
        if text.len() <= REASON || end == 0 {
            return text;
        }
        end -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Detail;
    use bytes::Bytes;

    #[test]
    fn a_status_that_fits_is_there_as_a_whole() {
        let status = Status::not_found("no book 7")
            .with_detail(Detail::from_proto("b.E", Bytes::from_static(&[8, 7])));
        let close = Close::of_status(&status);
        assert_eq!(close.code, 4005);
        let read = serde_json::from_str(&close.reason).expect("JSON");
        assert_eq!(Status::from_json(read), Some(status));
    }

    #[test]
    fn details_go_before_the_message_does() {
        let detail = Detail::from_proto("books.v1.BookError", Bytes::from(vec![1; 80]));
        let close = Close::of_status(&Status::not_found("no book 7").with_detail(detail));
        assert_eq!(close.reason, r#"{"code":5,"message":"no book 7"}"#);
    }

    #[test]
    fn a_long_message_is_cut_between_characters_and_stays_json() {
        for message in ["x".repeat(1_000), "é\"\n\u{1}".repeat(100), "\u{1f980}".repeat(60)] {
            let close = Close::of_status(&Status::internal(message.clone()));
            assert!(close.reason.len() <= REASON, "{} bytes", close.reason.len());
            let read: serde_json::Value = serde_json::from_str(&close.reason).expect("JSON");
            let kept =
                read["message"].as_str().and_then(|text| text.strip_suffix('…')).expect("a cut message");
            assert!(message.starts_with(kept) && kept.len() > 15, "{kept}");
        }
    }
}
