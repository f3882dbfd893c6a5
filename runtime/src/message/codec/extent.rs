//! How deep a message may nest and how much it may hold: the same for both codecs.
//!
//! protobuf's reader carries it. serde hands no state down, so for JSON it is a thread-local, as what is left of it is: reading
//! never awaits, so a message is read on one thread from end to end.

use std::cell::Cell;

/// How a value is read that its type does not know: a number or a name of an enum, a member of an enum with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unknown {
    /// It is refused: a server does not do what it does not understand.
    #[default]
    Refused,
    /// It is as good as absent, as in closed enums of protobuf: a peer may add one without breaking who reads.
    LeftOut,
}

/// What one message may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Levels of messages inside of messages.
    pub(crate) nesting: u32,
    /// Repeated elements, map entries and nested messages in all.
    pub(crate) elements: u32,
    /// What becomes of values that their types do not know.
    pub(crate) unknown: Unknown,
}

/// What the stack of a thread holds of either codec, with room to spare.
const DEEPEST: u32 = 256;

impl Extent {
    /// What holds where no server says otherwise.
    pub(crate) const DEFAULT: Self = Self { nesting: 64, elements: 100_000, unknown: Unknown::Refused };

    /// What a client reads: its server may be newer.
    pub(crate) const OF_ANSWER: Self = Self { unknown: Unknown::LeftOut, ..Self::DEFAULT };

    /// The extent of a request, by what a server allows; no deeper than a stack holds.
    pub(crate) fn of_request(nesting: u32, elements: u32) -> Self {
        Self { nesting: nesting.min(DEEPEST), elements, unknown: Unknown::Refused }
    }
}

thread_local! {
    static OF_JSON: Cell<Extent> = const { Cell::new(Extent::DEFAULT) };
}

/// What holds of the JSON that is being read.
pub(crate) fn of_json() -> Extent {
    OF_JSON.get()
}

/// Held while JSON of an extent is read: puts back what held before, after a panic too.
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
