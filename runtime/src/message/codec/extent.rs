//! The limits of a message: how deep it may nest and how much it may hold. Both codecs have the same.
//!
//! The reader of protobuf carries them. serde passes no state down, so for JSON the limits are a thread-local, and so is
//! the part of them that is used. Reading never awaits, so one thread reads a message from end to end.

use std::cell::Cell;

/// The treatment of unknown values: a number or a name of an enum, or a member of an enum with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unknown {
    /// Refused: a server does not act on a request that it does not understand.
    #[default]
    Refused,
    /// Read as absent, as in closed enums of protobuf. A peer may add a value without breaking its readers.
    LeftOut,
}

/// The limits of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Levels of messages inside of messages.
    pub(crate) nesting: u32,
    /// Repeated elements, map entries and nested messages, counted together.
    pub(crate) elements: u32,
    /// The treatment of unknown values.
    pub(crate) unknown: Unknown,
}

/// The levels that fit on the stack of a thread with either codec, with room to spare.
const DEEPEST_ON_STACK: u32 = 256;

impl Extent {
    /// The limits where no server sets others.
    pub(crate) const DEFAULT: Self = Self { nesting: 64, elements: 100_000, unknown: Unknown::Refused };

    /// The limits of an answer. Its server may be newer than the client, so unknown values are left out.
    pub(crate) const OF_ANSWER: Self = Self { unknown: Unknown::LeftOut, ..Self::DEFAULT };

    /// The limits of a request, as a server sets them. Nesting is never deeper than a stack holds.
    pub(crate) fn of_request(nesting: u32, elements: u32) -> Self {
        Self { nesting: nesting.min(DEEPEST_ON_STACK), elements, unknown: Unknown::Refused }
    }
}

thread_local! {
    static OF_JSON: Cell<Extent> = const { Cell::new(Extent::DEFAULT) };
}

/// The limits of the JSON that is being read.
pub(crate) fn of_json() -> Extent {
    OF_JSON.get()
}

/// Sets the limits of JSON while it is held. Dropping it puts back the earlier limits, after a panic too.
pub(crate) struct Within(Extent);

impl Within {
    pub(crate) fn new(extent: Extent) -> Self {
        Self(OF_JSON.replace(extent))
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        OF_JSON.set(self.0);
    }
}
