//! By which rules JSON is being written and read. serde hands no state down, so the rules are a thread-local, set for the
//! length of one encode or decode; outside of one they are canonical.

use crate::message::codec::extent::{self, Unknown};
use polywire_codegen::model::JsonStyle;
use std::cell::Cell;

/// What is written of fields that hold their default, and that proto3 does not tell from absent ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonDefaults {
    /// They are written: a reader sees every field. What every wire does.
    #[default]
    Written,
    /// They are left out, as protobuf's own libraries do unless asked.
    Omitted,
}

/// What is read of names that the schema does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonUnknown {
    /// Unknown fields are passed over, unknown values of enums refused. What every wire does.
    #[default]
    Fields,
    /// Unknown values of enums are passed over too: a field becomes its default, a list or a map lacks them.
    FieldsAndValues,
    /// Both are refused.
    Refused,
}

#[derive(Clone, Copy)]
struct Rules {
    style: JsonStyle,
    defaults: JsonDefaults,
    unknown: JsonUnknown,
}

thread_local! {
    static RULES: Cell<Rules> = const {
        Cell::new(Rules {
            style: JsonStyle::CANONICAL,
            defaults: JsonDefaults::Written,
            unknown: JsonUnknown::Fields,
        })
    };
}

/// Held while rules are in force: puts back what held before, after a panic too.
pub(crate) struct Ruled(Rules);

impl Ruled {
    /// A style, the other rules as they are.
    pub(crate) fn styled(style: JsonStyle) -> Self {
        Self(RULES.replace(Rules { style, ..RULES.get() }))
    }

    /// All rules.
    pub(crate) fn new(style: JsonStyle, defaults: JsonDefaults, unknown: JsonUnknown) -> Self {
        Self(RULES.replace(Rules { style, defaults, unknown }))
    }
}

impl Drop for Ruled {
    fn drop(&mut self) {
        RULES.set(self.0);
    }
}

pub(super) fn current() -> JsonStyle {
    RULES.get().style
}

pub(super) fn omits_defaults() -> bool {
    RULES.get().defaults == JsonDefaults::Omitted
}

pub(super) fn unknown() -> JsonUnknown {
    RULES.get().unknown
}

/// What becomes of values that their types do not know.
pub(crate) fn unknown_values() -> Unknown {
    if unknown() == JsonUnknown::FieldsAndValues { Unknown::LeftOut } else { extent::of_json().unknown }
}
