//! Reads a message from the parts of an HTTP request: path variables, query and body, by the JSON rules.

use super::Message;
use crate::error::DecodeError;
use crate::input::HttpInput;

/// The message that the parts make up.
pub(crate) fn decode<M: Message>(input: &HttpInput) -> Result<M, DecodeError> {
    let _ = input;
    Err(DecodeError::new("HTTP input is not read yet"))
}
