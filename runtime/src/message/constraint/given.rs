//! The view of a value that constraints check, whatever its Rust type.

use bytes::Bytes;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// One value, as constraints see it.
#[derive(Debug, Clone, PartialEq)]
pub enum Given<'a> {
    /// An integer of any width.
    Integer(i128),
    /// An `f64`.
    Real(f64),
    /// An `f32`, which is compared with bounds in its own precision.
    Single(f32),
    /// A `bool`.
    Bool(bool),
    /// Text, or a value that is text on the wire.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A value of an enum.
    Enum {
        /// The number of the value.
        number: i32,
        /// Whether the enum has a name for the number.
        is_defined: bool,
    },
    /// A span of time in nanoseconds.
    Span(i128),
    /// A point in time: nanoseconds since 1970.
    Point(i128),
    /// A value that no constraint applies to.
    Nothing,
}

macro_rules! given {
    ($($ty:ty, $value:ident => $given:expr;)*) => {$(
        impl<'a> From<&'a $ty> for Given<'a> {
            fn from($value: &'a $ty) -> Self {
                $given
            }
        }
    )*};
}

given! {
    bool, value => Self::Bool(*value);
    i8, value => Self::Integer((*value).into());
    i16, value => Self::Integer((*value).into());
    i32, value => Self::Integer((*value).into());
    i64, value => Self::Integer((*value).into());
    u8, value => Self::Integer((*value).into());
    u16, value => Self::Integer((*value).into());
    u32, value => Self::Integer((*value).into());
    u64, value => Self::Integer((*value).into());
    f32, value => Self::Single(*value);
    f64, value => Self::Real(*value);
    str, value => Self::Text(Cow::Borrowed(value));
    String, value => Self::Text(Cow::Borrowed(value));
    Box<str>, value => Self::Text(Cow::Borrowed(value));
    Arc<str>, value => Self::Text(Cow::Borrowed(value));
    Cow<'static, str>, value => Self::Text(Cow::Borrowed(value));
    Vec<u8>, value => Self::Bytes(value);
    Bytes, value => Self::Bytes(value);
}

/// A value that can be looked up among others. NaN has no key, as it equals nothing.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Integer(i128),
    Bits(u64),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

impl<'a> Given<'a> {
    fn key(self) -> Option<Key<'a>> {
        // Both zeros are one value.
        let real = |value: f64| (!value.is_nan()).then(|| Key::Bits((value + 0.0).to_bits()));
        match self {
            Self::Integer(value) => Some(Key::Integer(value)),
            Self::Real(value) => real(value),
            Self::Single(value) => real(value.into()),
            Self::Bool(value) => Some(Key::Integer(value.into())),
            Self::Text(value) => Some(Key::Text(value)),
            Self::Bytes(value) => Some(Key::Bytes(value)),
            Self::Enum { number, .. } => Some(Key::Integer(number.into())),
            Self::Span(nanos) | Self::Point(nanos) => Some(Key::Integer(nanos)),
            Self::Nothing => None,
        }
    }

    /// The text, if the value is text.
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The nanoseconds since 1970, if the value is a point in time.
    pub(super) const fn point(&self) -> Option<i128> {
        if let Self::Point(nanos) = self { Some(*nanos) } else { None }
    }

    /// Whether no value is there twice.
    pub(crate) fn are_unique(values: impl Iterator<Item = Self>) -> bool {
        let mut seen = HashSet::new();
        values.filter_map(Self::key).all(|key| seen.insert(key))
    }
}
