//! The types that polywire knows by name: of Rust, and of the crates that its features name. One row each.
//!
//! A new scalar type is a row here and its codec in the runtime. Parser, build door, examples and importer read
//! these rows; each decides by [`Kind`], without a default. A type of this name that a user has made himself is
//! taken for the known one.

use super::item::Encoding;
use crate::model::{Scalar, TextForm, WellKnown};

/// A type that has a meaning by its name alone.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) from: Origin,
}

/// The crate that defines a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The language, its library, or a crate that polywire always has.
    Rust,
    /// A crate behind a feature. The type is a value only when the feature says so.
    Feature,
}

/// The meaning of a type in a message.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "build"), allow(dead_code, reason = "the build door reads the forms"))]
pub(crate) enum Kind {
    /// One scalar of protobuf. Another encoding may be asked for.
    Scalar(Scalar),
    /// Text in a form of its own.
    Text(TextForm),
    /// A well-known message, in JSON a text.
    Time(WellKnown),
    /// `Option`, a list or a map.
    Container,
    /// Counts as the type that it holds.
    Wrapper,
    /// A value of which the compiler alone knows whether it has a form.
    Unsure,
    /// A type without a form in protobuf, and what to write instead.
    Never(&'static str),
}

const fn rust(name: &'static str, kind: Kind) -> Known {
    Known { name, kind, from: Origin::Rust }
}

const fn feature(name: &'static str, kind: Kind) -> Known {
    Known { name, kind, from: Origin::Feature }
}

const OWNED_TEXT: &str = "a message owns its fields; use `String`";
const UNSIGNED: &str = "protobuf integers have 32 or 64 bits; use `u32` or `u64`";
const SIGNED: &str = "protobuf integers have 32 or 64 bits; use `i32` or `i64`";

static KNOWN: &[Known] = &[
    rust("bool", Kind::Scalar(Scalar::Bool)),
    rust("i8", Kind::Scalar(Scalar::Int32)),
    rust("i16", Kind::Scalar(Scalar::Int32)),
    rust("i32", Kind::Scalar(Scalar::Int32)),
    rust("i64", Kind::Scalar(Scalar::Int64)),
    rust("u8", Kind::Scalar(Scalar::Uint32)),
    rust("u16", Kind::Scalar(Scalar::Uint32)),
    rust("u32", Kind::Scalar(Scalar::Uint32)),
    rust("u64", Kind::Scalar(Scalar::Uint64)),
    rust("f32", Kind::Scalar(Scalar::Float)),
    rust("f64", Kind::Scalar(Scalar::Double)),
    rust("String", Kind::Scalar(Scalar::String)),
    rust("Bytes", Kind::Scalar(Scalar::Bytes)),
    rust("IpAddr", Kind::Text(TextForm::Ip)),
    rust("Ipv4Addr", Kind::Text(TextForm::Ipv4)),
    rust("Ipv6Addr", Kind::Text(TextForm::Ipv6)),
    feature("Uuid", Kind::Text(TextForm::Uuid)),
    feature("Decimal", Kind::Text(TextForm::Decimal)),
    rust("SystemTime", Kind::Time(WellKnown::Timestamp)),
    feature("DateTime", Kind::Time(WellKnown::Timestamp)),
    feature("OffsetDateTime", Kind::Time(WellKnown::Timestamp)),
    feature("UtcDateTime", Kind::Time(WellKnown::Timestamp)),
    // Of the standard library, and of the crate `time`.
    feature("Duration", Kind::Time(WellKnown::Duration)),
    feature("SignedDuration", Kind::Time(WellKnown::Duration)),
    feature("TimeDelta", Kind::Time(WellKnown::Duration)),
    feature("NaiveDate", Kind::Unsure),
    feature("NaiveDateTime", Kind::Unsure),
    feature("NaiveTime", Kind::Unsure),
    rust("Option", Kind::Container),
    rust("Vec", Kind::Container),
    rust("HashMap", Kind::Container),
    rust("BTreeMap", Kind::Container),
    feature("IndexMap", Kind::Container),
    rust("Box", Kind::Wrapper),
    rust("Arc", Kind::Wrapper),
    rust("Cow", Kind::Wrapper),
    rust("str", Kind::Never(OWNED_TEXT)),
    rust("char", Kind::Never("protobuf has no characters; use `String`")),
    rust("usize", Kind::Never(UNSIGNED)),
    rust("u128", Kind::Never(UNSIGNED)),
    rust("isize", Kind::Never(SIGNED)),
    rust("i128", Kind::Never(SIGNED)),
    rust("Rc", Kind::Never("a call may continue on another thread; use `Arc`, or the value itself")),
];

/// The row of a name.
pub(crate) fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

impl Kind {
    /// The scalar in this encoding. An encoding that the scalar does not have changes nothing.
    pub(crate) fn scalar(self, encoding: Encoding) -> Option<Scalar> {
        let Self::Scalar(natural) = self else { return None };
        Some(match (natural, encoding) {
            (Scalar::Int32, Encoding::Zigzag) => Scalar::Sint32,
            (Scalar::Int64, Encoding::Zigzag) => Scalar::Sint64,
            (Scalar::Uint32, Encoding::Fixed) => Scalar::Fixed32,
            (Scalar::Uint64, Encoding::Fixed) => Scalar::Fixed64,
            (Scalar::Int32, Encoding::Fixed) => Scalar::Sfixed32,
            (Scalar::Int64, Encoding::Fixed) => Scalar::Sfixed64,
            (natural, Encoding::Natural | Encoding::Zigzag | Encoding::Fixed) => natural,
        })
    }

    /// Whether a map may have keys of the type, as far as the name tells.
    pub(crate) fn may_be_key(self) -> bool {
        match self {
            Self::Scalar(Scalar::Float | Scalar::Double | Scalar::Bytes) | Self::Container => false,
            Self::Scalar(_)
            | Self::Text(_)
            | Self::Time(_)
            | Self::Wrapper
            | Self::Unsure
            | Self::Never(_) => true,
        }
    }
}
