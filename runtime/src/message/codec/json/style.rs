//! The rules by which JSON is written and read. serde passes no state down, so the rules are a thread-local. They are set
//! during one encode or decode; at any other time they are canonical.

use crate::message::codec::extent::{self, Unknown};
use polywire_codegen::model::JsonStyle;
use std::cell::Cell;

/// The writing of fields that hold their default, where proto3 cannot tell a default from an absent field.
///
/// ```
/// use polywire::{JsonDefaults, JsonOptions, Message};
///
/// #[derive(Message)]
/// struct Stock {
///     isbn: String,
///     copies: u32,
/// }
///
/// let none = Stock { isbn: "1-4920".to_owned(), copies: 0 };
/// assert_eq!(JsonOptions::default().write(&none)?, r#"{"isbn":"1-4920","copies":0}"#);
/// let brief = JsonOptions { defaults: JsonDefaults::Omitted, ..JsonOptions::default() };
/// assert_eq!(brief.write(&none)?, r#"{"isbn":"1-4920"}"#);
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonDefaults {
    /// The fields are written, so a reader sees every field. Every wire does so.
    #[default]
    Written,
    /// The fields are left out, as protobuf's own libraries do unless asked.
    Omitted,
}

/// The reading of names that the schema does not have.
///
/// ```
/// use polywire::{JsonOptions, JsonUnknown, Message};
///
/// #[derive(Debug, Message)]
/// struct Stock {
///     copies: u32,
/// }
///
/// let text = r#"{"copies": 3, "shelve": "A7"}"#;
/// assert_eq!(JsonOptions::default().read::<Stock>(text)?.copies, 3);
/// let strict = JsonOptions { unknown: JsonUnknown::Refused, ..JsonOptions::default() };
/// strict.read::<Stock>(text).expect_err("`shelve` is a misspelling");
/// # Ok::<(), polywire::DecodeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonUnknown {
    /// Unknown fields are passed over, and unknown values of enums are refused. Every wire does so.
    #[default]
    Fields,
    /// Unknown values of enums are passed over too: a field takes its default, a list or a map lacks the value.
    FieldsAndValues,
    /// Unknown fields and unknown values of enums are refused.
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

/// Keeps rules in force while it is held. Dropping it puts back the earlier rules, after a panic too.
pub(crate) struct Ruled(Rules);

impl Ruled {
    /// Sets a style, and keeps the other rules.
    pub(crate) fn styled(style: JsonStyle) -> Self {
        Self(RULES.replace(Rules { style, ..RULES.get() }))
    }

    /// Sets all rules.
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

/// The treatment of unknown values.
pub(crate) fn unknown_values() -> Unknown {
    if unknown() == JsonUnknown::FieldsAndValues { Unknown::LeftOut } else { extent::of_json().unknown }
}
