//! Why a connection leaves, and what its calls and its client are told.

use super::close::Close;
use crate::call::policy::{AGED, SHUTTING_DOWN};
use crate::call::status::Status;

/// Why a connection finishes what runs, and takes nothing new.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaving {
    /// The server stops.
    Drained,
    /// It is as old as it may be.
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
