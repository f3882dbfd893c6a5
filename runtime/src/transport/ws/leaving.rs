//! The reasons for which a connection leaves, and what its calls and its client are told.

use super::close::Close;
use crate::call::policy::{AGED, SHUTTING_DOWN};
use crate::call::status::Status;

/// The reason why a connection finishes its calls, and takes no new ones.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaving {
    /// The server stops.
    Drained,
    /// The connection has reached its age limit.
    Aged,
}

impl Leaving {
    pub(super) fn status(self) -> Status {
        Status::unavailable(match self {
            Self::Drained => SHUTTING_DOWN,
            Self::Aged => AGED,
        })
    }

    pub(super) const fn close(self) -> Close {
        match self {
            Self::Drained => Close::going_away(),
            Self::Aged => Close::aged(),
        }
    }
}
