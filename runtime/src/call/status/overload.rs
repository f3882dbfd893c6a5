//! Overload of the server as a whole. HTTP answers it with 503, and a caller's used-up quota with 429.

use super::Status;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The source of a status that refuses a call because the server has no room.
#[derive(Debug)]
struct Overload;

impl fmt::Display for Overload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server is overloaded")
    }
}

impl Error for Overload {}

impl Status {
    /// `resource_exhausted`, because the server has no room for another call. The caller may try again in a second.
    pub(crate) fn overloaded(text: String) -> Self {
        Self::resource_exhausted(text).with_retry_after(Duration::from_secs(1)).with_source(Overload)
    }

    /// Whether [`Status::overloaded`] made this status.
    pub(crate) fn is_overload(&self) -> bool {
        Error::source(self).is_some_and(|source| source.is::<Overload>())
    }
}
