//! A service as pure data: no syn, no tokens, no transport, no rendered text.
//!
//! Everything can be written as a constant (`Cow::Borrowed`). So the derive macros emit the same model that
//! the build door reads from source. Every document is a function of the model.

mod code;
mod constraint;
mod definitions;
mod wellknown;

pub use code::{Code, Failure};
pub use constraint::{About, Constraint, Format, Literal, NANOS, Number};
pub use definitions::{Clash, Definitions, File};
pub(crate) use definitions::{outer, shell};
pub use wellknown::{Json, WellKnown};

use std::borrow::Cow;

/// Text that is either a constant in generated code or owned by a model read from source.
pub type Text = Cow<'static, str>;
/// A list that is either a constant in generated code or owned by a model read from source.
pub type List<T> = Cow<'static, [T]>;

/// One service: a trait with `#[service]` on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The protobuf package, such as `books.v1`; may be empty.
    pub package: Text,
    /// The name without package, such as `BookService`.
    pub name: Text,
    /// The doc comment: lines end in `\n` and have no leading spaces.
    pub docs: Text,
    /// The methods, in the order of the trait.
    pub methods: List<Method>,
    /// How REST, WebSocket and AMQP write JSON. Connect and gRPC are always canonical.
    pub json: JsonStyle,
    /// Whether the trait carries `#[deprecated]`.
    pub deprecated: bool,
}

/// How JSON is written; reading accepts every style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct JsonStyle {
    /// The form of 64-bit integers.
    pub int64: JsonInt64,
    /// The form of field names.
    pub case: JsonCase,
}

impl JsonStyle {
    /// The style that follows the proto3 JSON mapping exactly.
    pub const CANONICAL: Self = Self { int64: JsonInt64::String, case: JsonCase::Camel };
}

/// The form of 64-bit integers in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonInt64 {
    /// `"9007199254740993"`: exact everywhere.
    #[default]
    String,
    /// A number within ±2^53. A string beyond that, where a JavaScript number would be rounded.
    Number,
}

/// The form of field names in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonCase {
    /// `orderId`.
    #[default]
    Camel,
    /// `order_id`.
    Snake,
}

impl Service {
    /// The name with its package, such as `books.v1.BookService`.
    pub fn full_name(&self) -> String {
        qualified(&self.package, &self.name)
    }
}

/// One method of a [`Service`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The protobuf name, such as `GetBook`.
    pub name: Text,
    /// The doc comment.
    pub docs: Text,
    /// Which sides stream.
    pub shape: Shape,
    /// The message of the request, or of one item of the request stream.
    pub input: TypeName,
    /// The message of the response, or of one item of the response stream.
    pub output: TypeName,
    /// The typed error that the method declares, when it is not the plain status.
    pub error: Option<TypeName>,
    /// The effect of a repeated call.
    pub idempotency: Idempotency,
    /// Whether the Rust method carries `#[deprecated]`.
    pub deprecated: bool,
}

/// Which sides of a method stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One request, one response.
    Unary,
    /// One request, many responses.
    ServerStream,
    /// Many requests, one response.
    ClientStream,
    /// Many requests, many responses.
    Bidi,
}

impl Shape {
    /// Whether the request is a stream.
    pub const fn client_streams(self) -> bool {
        matches!(self, Self::ClientStream | Self::Bidi)
    }

    /// Whether the response is a stream.
    pub const fn server_streams(self) -> bool {
        matches!(self, Self::ServerStream | Self::Bidi)
    }
}

/// The effect of a repeated call: protobuf's `idempotency_level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Idempotency {
    /// Unknown: the method is never retried and never a GET.
    #[default]
    Unknown,
    /// A second call changes nothing more: may be retried.
    Idempotent,
    /// Reads only: may be retried, cached, and called with GET.
    NoSideEffects,
}

/// The name of a message or enum. Without a package it belongs to the file that mentions it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName {
    /// The package, when the type has one of its own.
    pub package: Option<Text>,
    /// The name; a nested type is `Outer.Inner`.
    pub name: Text,
}

impl TypeName {
    /// A type of the file that mentions it.
    pub const fn local(name: &'static str) -> Self {
        Self { package: None, name: Cow::Borrowed(name) }
    }

    /// A type with a package of its own.
    pub const fn in_package(package: &'static str, name: &'static str) -> Self {
        Self { package: Some(Cow::Borrowed(package)), name: Cow::Borrowed(name) }
    }

    /// The name with package, as seen from a file of package `file`.
    pub fn full_name(&self, file: &str) -> String {
        qualified(self.package.as_deref().unwrap_or(file), &self.name)
    }
}

fn qualified(package: &str, name: &str) -> String {
    if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }
}

/// A message or an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Definition {
    /// A protobuf message.
    Message(Message),
    /// A protobuf enum.
    Enum(Enum),
}

impl Definition {
    /// The name of the message or enum.
    pub const fn name(&self) -> &TypeName {
        match self {
            Self::Message(message) => &message.name,
            Self::Enum(definition) => &definition.name,
        }
    }

    /// The message. `None` for an enum.
    pub const fn as_message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            Self::Enum(_) => None,
        }
    }

    /// The enum. `None` for a message.
    pub const fn as_enum(&self) -> Option<&Enum> {
        match self {
            Self::Message(_) => None,
            Self::Enum(definition) => Some(definition),
        }
    }

    /// Whether one of its fields has a constraint.
    pub fn has_constraints(&self) -> bool {
        let fields = self.as_message().into_iter().flat_map(|message| message.fields.iter());
        fields.into_iter().any(|field| !field.constraints.is_empty())
    }
}

/// A protobuf message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The name.
    pub name: TypeName,
    /// The doc comment.
    pub docs: Text,
    /// The fields, in the order of the Rust item.
    pub fields: List<Field>,
    /// The name of the oneof that holds *every* field, for a Rust enum with data.
    pub oneof: Option<Text>,
    /// The numbers and names that no field may have.
    pub reserved: Reserved,
    /// Whether the Rust type carries `#[deprecated]`.
    pub deprecated: bool,
}

impl Message {
    /// The field with this number.
    pub fn field(&self, number: u32) -> Option<&Field> {
        self.fields.iter().find(|field| field.number == number)
    }
}

/// The largest number that a field may have.
pub const MAX_FIELD_NUMBER: i32 = (1 << 29) - 1;

/// Numbers and names that are no longer free, because they were in use or may be in use elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reserved {
    /// Ranges from the first number to the last, both included.
    pub numbers: List<(i32, i32)>,
    /// Names of fields or values.
    pub names: List<Text>,
}

impl Reserved {
    /// No reservation.
    pub const NONE: Self = Self { numbers: Cow::Borrowed(&[]), names: Cow::Borrowed(&[]) };
}

/// A field of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The protobuf name, such as `order_id`.
    pub name: Text,
    /// The JSON name, such as `orderId`.
    pub json: Text,
    /// The number: 1 to 536,870,911, without 19,000 to 19,999.
    pub number: u32,
    /// The type of the value.
    pub ty: Type,
    /// Whether each number of a list is written with a tag of its own. False for other types.
    pub unpacked: bool,
    /// The doc comment.
    pub docs: Text,
    /// Whether the Rust field carries `#[deprecated]`.
    pub deprecated: bool,
    /// The values of `#[example(…)]`, which the documents show. A list has one for each element.
    pub examples: List<Example>,
    /// The `oneof` that this field shares with others. `None` in a message that *is* a `oneof`
    /// ([`Message::oneof`]).
    pub oneof: Option<Text>,
    /// The rules for the value, in the order written. An absent value breaks no rule except
    /// [`Constraint::Required`].
    pub constraints: List<Constraint>,
    /// For a variant of a typed error: how a call fails with it.
    pub failure: Option<Failure>,
    /// The value of a field that does not arrive, where `#[field(default = …)]` names one.
    pub default: Option<Example>,
    /// Whether `json` was written by the user. Such a name holds in every style.
    pub json_written: bool,
}

/// A literal that stands for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// Text, or a value that JSON writes as text, such as an enum's value or a point in time.
    Text(Text),
    /// A number, as JSON spells it.
    Number(Text),
    /// `true` or `false`.
    Bool(bool),
}

/// The content of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Exactly one value. A scalar's default is not written (implicit presence).
    Singular(Element),
    /// One value or none: proto3 `optional`.
    Optional(Element),
    /// Any number of values. Numbers are packed, unless [`Field::unpacked`].
    Repeated(Element),
    /// A map.
    Map(Scalar, Element),
}

impl Field {
    /// The reason why one message cannot have both fields, if there is one.
    #[cfg(feature = "build")]
    pub(crate) fn clash(&self, other: &Self) -> Option<String> {
        let (first, second) = (&self.name, &other.name);
        if self.number == other.number {
            let number = self.number;
            return Some(format!(
                "fields `{first}` and `{second}` both have number {number}; give one of them another with `#[field(n)]`"
            ));
        }
        if first == second {
            return Some(format!("two fields are both `{first}`; rename one of them"));
        }
        let same = self.json == other.json;
        same.then(|| {
            format!("fields `{first}` and `{second}` are both `{}` in JSON; rename one of them", self.json)
        })
    }

    /// The JSON name in this case.
    pub fn name_in(&self, case: JsonCase) -> &str {
        match case {
            JsonCase::Snake if !self.json_written => &self.name,
            JsonCase::Snake | JsonCase::Camel => &self.json,
        }
    }

    /// Whether the field is a list that could be packed and is not.
    pub(crate) const fn says_unpacked(&self) -> bool {
        let packable = match &self.ty {
            Type::Repeated(Element::Scalar(scalar)) => !matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Repeated(Element::Enum(_)) => true,
            Type::Repeated(Element::Text(_) | Element::Message(_)) => false,
            Type::Singular(_) | Type::Optional(_) | Type::Map(..) => false,
        };
        packable && self.unpacked
    }
}

impl Type {
    /// The element. For a map, the element of its values.
    pub const fn element(&self) -> &Element {
        match self {
            Self::Singular(element)
            | Self::Optional(element)
            | Self::Repeated(element)
            | Self::Map(_, element) => element,
        }
    }
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A protobuf scalar.
    Scalar(Scalar),
    /// A `string` that is never empty. A singular field must have one.
    Text(TextForm),
    /// A message.
    Message(TypeName),
    /// An enum.
    Enum(TypeName),
}

impl Element {
    /// The message or enum behind it.
    pub const fn type_name(&self) -> Option<&TypeName> {
        match self {
            Self::Scalar(_) | Self::Text(_) => None,
            Self::Message(name) | Self::Enum(name) => Some(name),
        }
    }

    /// The scalar that protobuf has for the element.
    pub const fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::Text(_) => Some(Scalar::String),
            Self::Message(_) | Self::Enum(_) => None,
        }
    }
}

/// The text form of a Rust type for which protobuf has no type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextForm {
    /// `67e55044-10b1-426f-9247-bb680e5fe0c8`
    Uuid,
    /// `-12.50`
    Decimal,
    /// `192.0.2.1` or `2001:db8::1`
    Ip,
    /// `192.0.2.1`
    Ipv4,
    /// `2001:db8::1`
    Ipv6,
}

impl TextForm {
    /// The names in the OpenAPI format registry. The text has one of them.
    pub const fn formats(self) -> &'static [&'static str] {
        match self {
            Self::Uuid => &["uuid"],
            Self::Decimal => &["decimal"],
            Self::Ip => &["ipv4", "ipv6"],
            Self::Ipv4 => &["ipv4"],
            Self::Ipv6 => &["ipv6"],
        }
    }

    /// A text of the form, in its shortest or smallest value.
    pub const fn least(self) -> &'static str {
        match self {
            Self::Uuid => "00000000-0000-0000-0000-000000000000",
            Self::Decimal => "0",
            Self::Ip | Self::Ipv4 => "0.0.0.0",
            Self::Ipv6 => "::",
        }
    }
}

/// The scalar types of proto3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the protobuf type of that name")]
pub enum Scalar {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
}

impl Scalar {
    /// The word in a `.proto` file.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Float => "float",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Sint32 => "sint32",
            Self::Sint64 => "sint64",
            Self::Fixed32 => "fixed32",
            Self::Fixed64 => "fixed64",
            Self::Sfixed32 => "sfixed32",
            Self::Sfixed64 => "sfixed64",
            Self::Bool => "bool",
            Self::String => "string",
            Self::Bytes => "bytes",
        }
    }
}

/// A protobuf enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// The name.
    pub name: TypeName,
    /// The doc comment.
    pub docs: Text,
    /// The values in the order of the Rust item, the zero value first.
    pub values: List<EnumValue>,
    /// The numbers and names that no value may have.
    pub reserved: Reserved,
    /// The treatment of numbers without a name.
    pub others: Others,
    /// Which variant, if any, is number 0.
    pub zero: Zero,
    /// Whether the Rust type carries `#[deprecated]`.
    pub deprecated: bool,
}

/// The treatment of numbers for which an enum has no name. A `.proto` does not say it: on the wire every
/// number can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// The decoder refuses them, and [`Zero::Added`] too.
    Refused,
    /// `#[unknown]` keeps them.
    Kept,
}

/// Which variant, if any, is number 0. A `.proto` does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zero {
    /// A variant of the Rust enum is 0.
    Own,
    /// No variant is 0, so a zero value was added: proto3 asks for one.
    Added,
}

impl Enum {
    /// Whether two names share a number.
    pub fn has_aliases(&self) -> bool {
        let mut numbers: Vec<i32> = self.values.iter().map(|value| value.number).collect();
        numbers.sort_unstable();
        numbers.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// A value of an [`Enum`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// The protobuf name, such as `GENRE_FICTION`.
    pub name: Text,
    /// The number.
    pub number: i32,
    /// The doc comment.
    pub docs: Text,
    /// Whether the variant carries `#[deprecated]`.
    pub deprecated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_takes_the_package_of_the_file_unless_it_has_its_own() {
        assert_eq!(TypeName::local("Book").full_name("books.v1"), "books.v1.Book");
        assert_eq!(
            TypeName::in_package("google.protobuf", "Empty").full_name("books"),
            "google.protobuf.Empty"
        );
        assert_eq!(TypeName::local("Book").full_name(""), "Book");
    }
}
