//! The rules for a value, as data: written once on a field, checked in the waist, shown in every document.
//!
//! Each constraint means the same as a rule of protovalidate (`buf/validate/validate.proto`). So a reader of
//! the `.proto` accepts the same messages.

use super::{Element, List, Scalar, Text, Type, WellKnown};
use crate::civil;
use std::borrow::Cow;

/// One rule for the value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// `required`: an optional field must have a value.
    Required,
    /// `min = 1`: at least 1.
    Min(Number),
    /// `max = 10`: at most 10.
    Max(Number),
    /// `exclusive_min = 0`: more than 0.
    ExclusiveMin(Number),
    /// `exclusive_max = 1`: less than 1.
    ExclusiveMax(Number),
    /// `finite`: neither infinite nor NaN.
    Finite,
    /// `one_of = [1, 2]`: one of these values, all numbers or all text.
    OneOf(List<Literal>),
    /// `len = 3`: an exact length, in Unicode code points for text and in bytes for bytes.
    Len(u64),
    /// `min_len = 1`: a least length, in Unicode code points for text and in bytes for bytes.
    MinLen(u64),
    /// `max_len = 100`: a greatest length, in Unicode code points for text and in bytes for bytes.
    MaxLen(u64),
    /// `pattern = "^[a-z]+$"`: a regular expression (RE2) that matches somewhere in the text.
    Pattern(Text),
    /// `prefix = "/"`: text that begins with this.
    Prefix(Text),
    /// `suffix = ".txt"`: text that ends with this.
    Suffix(Text),
    /// `contains = "@"`: text that contains this.
    Contains(Text),
    /// `email`, `uuid` …: text in a well-known format.
    Format(Format),
    /// `defined`: a number for which the enum has a name.
    Defined,
    /// `past`: a point in time before now.
    Past,
    /// `future`: a point in time after now.
    Future,
    /// `within = "1h"`: a point in time within this distance of now, before or after.
    Within(Number),
    /// `items = 1..`: the least number of elements in a list.
    MinItems(u64),
    /// `items = ..=50`: the greatest number of elements in a list.
    MaxItems(u64),
    /// `unique`: a list without equal elements.
    Unique,
    /// `pairs = 1..`: the least number of entries in a map.
    MinPairs(u64),
    /// `pairs = ..=50`: the greatest number of entries in a map.
    MaxPairs(u64),
    /// `each(…)`: rules for every element of a list.
    Each(List<Constraint>),
    /// `keys(…)`: rules for every key of a map.
    Keys(List<Constraint>),
    /// `values(…)`: rules for every value of a map.
    Values(List<Constraint>),
}

/// The part of a field that a constraint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Whether there is a value.
    Presence,
    /// One value.
    Value,
    /// A list, apart from its elements.
    List,
    /// A map, apart from its entries.
    Map,
    /// Each element, key or value, by rules of its own.
    Parts,
}

impl Constraint {
    /// The part that the constraint is about. A new constraint does not compile until this is decided.
    pub const fn about(&self) -> About {
        match self {
            Self::Required => About::Presence,
            Self::Min(_)
            | Self::Max(_)
            | Self::ExclusiveMin(_)
            | Self::ExclusiveMax(_)
            | Self::Finite
            | Self::OneOf(_)
            | Self::Len(_)
            | Self::MinLen(_)
            | Self::MaxLen(_)
            | Self::Pattern(_)
            | Self::Prefix(_)
            | Self::Suffix(_)
            | Self::Contains(_)
            | Self::Format(_)
            | Self::Defined
            | Self::Past
            | Self::Future
            | Self::Within(_) => About::Value,
            Self::MinItems(_) | Self::MaxItems(_) | Self::Unique => About::List,
            Self::MinPairs(_) | Self::MaxPairs(_) => About::Map,
            Self::Each(_) | Self::Keys(_) | Self::Values(_) => About::Parts,
        }
    }
}

macro_rules! formats {
    ($($(#[$docs:meta])* $name:ident $word:literal,)*) => {
        /// A well-known format of text. No format accepts empty text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format {
            $($(#[$docs])* $name,)*
        }

        impl Format {
            /// All formats, each with its word in `#[field(…)]`.
            pub const ALL: [(&'static str, Self); [$($word),*].len()] = [$(($word, Self::$name)),*];

            /// The word in `#[field(…)]`, the same as in protovalidate.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

formats! {
    /// An email address that matches the pattern of the HTML standard: no display name, no quoting.
    Email "email",
    /// 8-4-4-4-12 hexadecimal digits (RFC 9562), upper or lower case.
    Uuid "uuid",
    /// An absolute URI (RFC 3986), with a scheme.
    Uri "uri",
    /// A host name: labels of letters, digits and hyphens (RFC 1123). The last label is not all digits.
    Hostname "hostname",
    /// An IPv4 or IPv6 address.
    Ip "ip",
    /// An IPv4 address, dotted.
    Ipv4 "ipv4",
    /// An IPv6 address, with or without zone.
    Ipv6 "ipv6",
}

/// A bound, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Number {
    /// A whole number, wide enough for every integer of protobuf.
    Integer(i128),
    /// A finite number with a fraction, as the bits of an `f64`, because models are compared.
    Real(u64),
    /// A span of time in nanoseconds: `"1.5s"`.
    Span(i128),
    /// A point in time, in nanoseconds since 1970: `"2026-01-02T03:04:05Z"`.
    Point(i128),
}

/// The nanoseconds in a second.
pub const NANOS: i128 = 1_000_000_000;
/// The longest span: 10,000 years, as protobuf bounds it.
const LONGEST: i128 = 315_576_000_000 * NANOS;

impl Number {
    /// A number with a fraction.
    pub const fn real(value: f64) -> Self {
        Self::Real(value.to_bits())
    }

    /// The number as a float.
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Real(bits) => f64::from_bits(bits),
            Self::Span(nanos) | Self::Point(nanos) => nanos as f64,
        }
    }

    /// The whole number. `None` for a fraction and for time.
    pub const fn as_integer(self) -> Option<i128> {
        match self {
            Self::Integer(value) => Some(value),
            Self::Real(_) | Self::Span(_) | Self::Point(_) => None,
        }
    }

    /// The nanoseconds of a span of time. `None` for other numbers.
    pub const fn as_span(self) -> Option<i128> {
        match self {
            Self::Span(nanos) => Some(nanos),
            Self::Integer(_) | Self::Real(_) | Self::Point(_) => None,
        }
    }

    /// The nanoseconds of a point in time since 1970. `None` for other numbers.
    pub const fn as_point(self) -> Option<i128> {
        match self {
            Self::Point(nanos) => Some(nanos),
            Self::Integer(_) | Self::Real(_) | Self::Span(_) => None,
        }
    }

    /// Reads a span: a decimal number and `ns`, `us`, `ms`, `s`, `m`, `h` or `d`.
    pub fn span(text: &str) -> Option<Self> {
        let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |unsigned| (-1, unsigned));
        let at = unsigned.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = unsigned.split_at(at);
        let unit = match unit {
            "ns" => 1,
            "us" => 1_000,
            "ms" => 1_000_000,
            "s" => NANOS,
            "m" => 60 * NANOS,
            "h" => 3_600 * NANOS,
            "d" => 86_400 * NANOS,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i128>().ok());
        let (whole, part) = (digits(whole)??, digits(fraction)??);
        let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let part = part.checked_mul(unit).filter(|part| part % scale == 0)? / scale;
        let nanos = whole.checked_mul(unit)?.checked_add(part).filter(|nanos| *nanos <= LONGEST)?;
        Some(Self::Span(sign * nanos))
    }

    /// Reads a point in time in RFC 3339, in the years 1 to 9999.
    pub fn point(text: &str) -> Option<Self> {
        let (seconds, nanos) = civil::parse(text)?;
        civil::SECONDS
            .contains(&seconds)
            .then(|| Self::Point(i128::from(seconds) * NANOS + i128::from(nanos)))
    }

    /// Whether one value of this kind can be compared with the number.
    const fn bounds(self, element: &Element) -> bool {
        match self {
            Self::Span(_) => matches!(well_known(element), Some(WellKnown::Duration)),
            Self::Point(_) => matches!(well_known(element), Some(WellKnown::Timestamp)),
            Self::Integer(_) | Self::Real(_) => match element.scalar() {
                Some(scalar) => self.fits(scalar),
                None => false,
            },
        }
    }

    /// Whether a field of this type can be compared with the number.
    const fn fits(self, scalar: Scalar) -> bool {
        match (self, scalar) {
            (Self::Span(_) | Self::Point(_), _) => false,
            (_, Scalar::Float) => self.as_f64().abs() <= f32::MAX as f64,
            (_, Scalar::Double) => true,
            (Self::Real(_), _) => false,
            (Self::Integer(value), _) => match scalar.range() {
                Some((min, max)) => min <= value && value <= max,
                None => false,
            },
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(value) => write!(f, "{value}"),
            Self::Real(bits) => write!(f, "{:?}", f64::from_bits(*bits)),
            Self::Span(nanos) => {
                let (sign, nanos) = (if *nanos < 0 { "-" } else { "" }, nanos.abs());
                let fraction = format!(".{:09}", nanos % NANOS);
                let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
                write!(f, "{sign}{}{fraction}s", nanos / NANOS)
            }
            Self::Point(nanos) => {
                // Points are checked to be in the years 1 to 9999 when they are read.
                let seconds = i64::try_from(nanos.div_euclid(NANOS)).unwrap_or_default();
                f.write_str(&civil::format(seconds, nanos.rem_euclid(NANOS) as i32))
            }
        }
    }
}

/// One of the values that a field may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A number.
    Number(Number),
    /// Text.
    Text(Text),
}

impl Literal {
    /// The whole number, if it is one.
    pub const fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Number(number) => number.as_integer(),
            Self::Text(_) => None,
        }
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Scalar {
    /// The least and the greatest value of an integer type. `None` for other types.
    pub const fn range(self) -> Option<(i128, i128)> {
        match self {
            Self::Int32 | Self::Sint32 | Self::Sfixed32 => Some((i32::MIN as i128, i32::MAX as i128)),
            Self::Int64 | Self::Sint64 | Self::Sfixed64 => Some((i64::MIN as i128, i64::MAX as i128)),
            Self::Uint32 | Self::Fixed32 => Some((0, u32::MAX as i128)),
            Self::Uint64 | Self::Fixed64 => Some((0, u64::MAX as i128)),
            Self::Double | Self::Float | Self::Bool | Self::String | Self::Bytes => None,
        }
    }
}

impl Constraint {
    /// Whether a field of this type can have the constraint.
    pub const fn fits(&self, ty: &Type) -> bool {
        use Constraint::*;
        match self {
            Required => matches!(ty, Type::Optional(_)),
            MinItems(_) | MaxItems(_) => matches!(ty, Type::Repeated(_)),
            Unique => {
                matches!(ty, Type::Repeated(Element::Scalar(_) | Element::Text(_) | Element::Enum(_)))
            }
            MinPairs(_) | MaxPairs(_) => matches!(ty, Type::Map(..)),
            Each(rules) => match ty {
                Type::Repeated(element) => all_fit(slice(rules), element),
                Type::Singular(_) | Type::Optional(_) | Type::Map(..) => false,
            },
            Values(rules) => match ty {
                Type::Map(_, element) => all_fit(slice(rules), element),
                Type::Singular(_) | Type::Optional(_) | Type::Repeated(_) => false,
            },
            Keys(rules) => match ty {
                Type::Map(key, _) => {
                    let key = Element::Scalar(*key);
                    let fit = all_fit(slice(rules), &key);
                    // The key holds nothing to drop, but the compiler of a constant cannot know it.
                    std::mem::forget(key);
                    fit
                }
                Type::Singular(_) | Type::Optional(_) | Type::Repeated(_) => false,
            },
            Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_) | Len(_) | MinLen(_)
            | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_) | Defined | Past
            | Future | Within(_) => match ty {
                Type::Singular(element) | Type::Optional(element) => self.fits_element(element),
                Type::Repeated(_) | Type::Map(..) => false,
            },
        }
    }

    /// Whether one value of this kind can have the constraint.
    pub const fn fits_element(&self, element: &Element) -> bool {
        use Constraint::*;
        match self {
            Min(bound) | Max(bound) | ExclusiveMin(bound) | ExclusiveMax(bound) => bound.bounds(element),
            Finite => matches!(element.scalar(), Some(Scalar::Float | Scalar::Double)),
            OneOf(literals) => match element.scalar() {
                Some(scalar) => all_are(slice(literals), scalar),
                None => false,
            },
            Len(_) | MinLen(_) | MaxLen(_) => {
                matches!(element.scalar(), Some(Scalar::String | Scalar::Bytes))
            }
            Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_) => {
                matches!(element.scalar(), Some(Scalar::String))
            }
            Defined => matches!(element, Element::Enum(_)),
            Past | Future | Within(_) => matches!(well_known(element), Some(WellKnown::Timestamp)),
            Required | MinItems(_) | MaxItems(_) | Unique | MinPairs(_) | MaxPairs(_) | Each(_) | Keys(_)
            | Values(_) => false,
        }
    }

    /// The rules for elements, keys or values, if the constraint holds such rules.
    pub fn inner(&self) -> Option<&[Self]> {
        use Constraint::*;
        match self {
            Each(rules) | Keys(rules) | Values(rules) => Some(rules),
            Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_) | Len(_)
            | MinLen(_) | MaxLen(_) | Pattern(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_)
            | Defined | Past | Future | Within(_) | MinItems(_) | MaxItems(_) | Unique | MinPairs(_)
            | MaxPairs(_) => None,
        }
    }
}

/// The well-known message that the element is.
const fn well_known(element: &Element) -> Option<WellKnown> {
    match element {
        Element::Message(name) => WellKnown::of(name),
        Element::Scalar(_) | Element::Text(_) | Element::Enum(_) => None,
    }
}

/// The text, in a constant.
pub(super) const fn text(text: &Text) -> &str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => text.as_str(),
    }
}

/// Compares two texts in a constant, where `==` does not work.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

const fn slice<T: Clone>(list: &List<T>) -> &[T] {
    match list {
        Cow::Borrowed(list) => list,
        Cow::Owned(list) => list.as_slice(),
    }
}

const fn all_fit(rules: &[Constraint], element: &Element) -> bool {
    let mut at = 0;
    while at < rules.len() {
        if !rules[at].fits_element(element) {
            return false;
        }
        at += 1;
    }
    true
}

const fn all_are(literals: &[Literal], scalar: Scalar) -> bool {
    let mut at = 0;
    while at < literals.len() {
        let fits = match &literals[at] {
            Literal::Number(number) => number.fits(scalar),
            Literal::Text(_) => matches!(scalar, Scalar::String),
        };
        if !fits {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn spans_are_exact_and_print_in_seconds() {
        for (text, nanos, printed) in [
            ("1s", 1_000_000_000, "1s"),
            ("-1.5s", -1_500_000_000, "-1.5s"),
            ("250ms", 250_000_000, "0.25s"),
            ("0.5us", 500, "0.0000005s"),
            ("2m", 120_000_000_000, "120s"),
            ("1d", 86_400_000_000_000, "86400s"),
            ("0s", 0, "0s"),
        ] {
            let span = Number::span(text).expect(text);
            assert_eq!((span, span.to_string().as_str()), (Number::Span(nanos), printed), "{text}");
            assert_eq!(Number::span(printed), Some(span), "{printed}");
        }
        for text in
            ["", "s", "1", "1.s", "1.5", "--1s", "+1s", "1 s", "0.5ns", "1y", "1e3s", "315576000001s", "ä1s"]
        {
            assert_eq!(Number::span(text), None, "{text}");
        }
    }
    #[test]
    fn points_are_exact_and_print_in_utc() {
        for (text, nanos, printed) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("1970-01-01T01:00:00.5+01:00", 500_000_000, "1970-01-01T00:00:00.500Z"),
            ("1969-12-31T23:59:59.999999999Z", -1, "1969-12-31T23:59:59.999999999Z"),
        ] {
            let point = Number::point(text).expect(text);
            assert_eq!((point, point.to_string().as_str()), (Number::Point(nanos), printed), "{text}");
            assert_eq!(Number::point(printed), Some(point), "{printed}");
        }
        for text in
            ["", "1s", "2026-01-02", "2026-02-30T00:00:00Z", "2026-01-02T03:04:05", "0000-01-01T00:00:00Z"]
        {
            assert_eq!(Number::point(text), None, "{text}");
        }
    }
}
