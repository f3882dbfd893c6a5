//! What a service is, as pure data: no syn, no tokens, no transport, no rendered text.
//!
//! Everything can be written as a constant (`Cow::Borrowed`), so the derive macros emit the same model that the
//! build door reads from source; every document is a function of it.

mod code;
mod constraint;

pub use code::{Code, Failure};
pub use constraint::{Constraint, Format, Literal, NANOS, Number};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

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
    /// The doc comment, one line a `\n`, without leading spaces.
    pub docs: Text,
    /// In the order of the trait.
    pub methods: List<Method>,
    /// How REST, WebSocket and AMQP write JSON. Connect and gRPC are always canonical.
    pub json: JsonStyle,
    /// Whether the trait carries `#[deprecated]`.
    pub deprecated: bool,
}

/// How JSON is written; reading accepts every style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct JsonStyle {
    /// What 64-bit integers look like.
    pub int64: JsonInt64,
    /// What field names look like.
    pub case: JsonCase,
}

impl JsonStyle {
    /// The proto3 JSON mapping to the letter.
    pub const CANONICAL: Self = Self { int64: JsonInt64::String, case: JsonCase::Camel };
}

/// What 64-bit integers look like in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonInt64 {
    /// `"9007199254740993"`: exact everywhere.
    #[default]
    String,
    /// A number within ±2^53, a string beyond, where a JavaScript number would round.
    Number,
}

/// What field names look like in JSON.
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
    /// What a repeated call does.
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

/// What calling a method twice does; protobuf's `idempotency_level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Idempotency {
    /// Nothing is known: never retried, never a GET.
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

    /// Whether a field of it has a constraint.
    pub fn has_constraints(&self) -> bool {
        match self {
            Self::Message(message) => message.fields.iter().any(|field| !field.constraints.is_empty()),
            Self::Enum(_) => false,
        }
    }
}

/// A protobuf message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its name.
    pub name: TypeName,
    /// The doc comment.
    pub docs: Text,
    /// In the order of the Rust item.
    pub fields: List<Field>,
    /// The name of the oneof that holds *every* field, for a Rust enum with data.
    pub oneof: Option<Text>,
    /// What its fields may not be.
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

/// Numbers and names that were in use, or may be elsewhere, and must not be used again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reserved {
    /// From the first to the last, both included.
    pub numbers: List<(i32, i32)>,
    /// Names of fields or values.
    pub names: List<Text>,
}

impl Reserved {
    /// Nothing is reserved.
    pub const NONE: Self = Self { numbers: Cow::Borrowed(&[]), names: Cow::Borrowed(&[]) };
}

/// A field of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The protobuf name, such as `order_id`.
    pub name: Text,
    /// The JSON name, such as `orderId`.
    pub json: Text,
    /// 1 to 536,870,911, without 19,000 to 19,999.
    pub number: u32,
    /// What it holds.
    pub ty: Type,
    /// Of a list of numbers: whether each is written with a tag of its own.
    pub unpacked: bool,
    /// The doc comment.
    pub docs: Text,
    /// Whether the Rust field carries `#[deprecated]`.
    pub deprecated: bool,
    /// `#[example(…)]`: a value for the documents to show; of a list its elements.
    pub examples: List<Example>,
    /// The `oneof` that it is a member of, among other fields; in a message that *is* a `oneof` ([`Message::oneof`]) nothing.
    pub oneof: Option<Text>,
    /// What its value must be like, in the order written; of nothing that is absent, but for [`Constraint::Required`].
    pub constraints: List<Constraint>,
    /// Of a variant of a typed error: how a call fails with it.
    pub failure: Option<Failure>,
    /// Its value when it does not arrive, where `#[field(default = …)]` names one.
    pub default: Option<Example>,
    /// Whether `json` was written down, and so holds in every style.
    pub json_written: bool,
}

/// A literal that stands for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// Text, and whatever JSON writes as such: an enum's value, a point in time.
    Text(Text),
    /// A number, as JSON spells it.
    Number(Text),
    /// `true` or `false`.
    Bool(bool),
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Exactly one; a scalar's default is not written (implicit presence).
    Singular(Element),
    /// None or one; proto3 `optional`.
    Optional(Element),
    /// Any number; numbers are packed, unless [`Field::unpacked`].
    Repeated(Element),
    /// A map.
    Map(Scalar, Element),
}

impl Field {
    /// Why one message cannot have both fields, if so.
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

    /// The name in JSON of this case.
    pub fn name_in(&self, case: JsonCase) -> &str {
        match case {
            JsonCase::Snake if !self.json_written => &self.name,
            JsonCase::Snake | JsonCase::Camel => &self.json,
        }
    }

    /// Whether it is a list that might be packed, and is not.
    pub(crate) const fn says_unpacked(&self) -> bool {
        let packable = match &self.ty {
            Type::Repeated(Element::Scalar(scalar)) => !matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Repeated(Element::Enum(_)) => true,
            _ => false,
        };
        packable && self.unpacked
    }
}

impl Type {
    /// The element: of a map, that of its values.
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
    /// A `string` that is never empty: where it stands alone it must be there.
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

    /// The scalar that protobuf has for it.
    pub const fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::Text(_) => Some(Scalar::String),
            Self::Message(_) | Self::Enum(_) => None,
        }
    }
}

/// What text a Rust type of no protobuf type of its own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextForm {
    /// `67e55044-10b1-426f-9247-bb680e5fe0c8`
    Uuid,
    /// `-12.50`
    Decimal,
}

impl TextForm {
    /// Its name in the OpenAPI format registry.
    pub const fn format(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Decimal => "decimal",
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
    /// Its name.
    pub name: TypeName,
    /// The doc comment.
    pub docs: Text,
    /// In the order of the Rust item, the zero value first.
    pub values: List<EnumValue>,
    /// What its values may not be.
    pub reserved: Reserved,
    /// What becomes of other numbers.
    pub others: Others,
    /// Whose the zero value is.
    pub zero: Zero,
    /// Whether the Rust type carries `#[deprecated]`.
    pub deprecated: bool,
}

/// What becomes of the numbers that an enum has no name for. A `.proto` does not say: on the wire every number can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are refused, and so is [`Zero::Added`].
    Refused,
    /// `#[unknown]` keeps them.
    Kept,
}

/// Whose the zero value of an enum is. A `.proto` does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zero {
    /// A variant's.
    Own,
    /// Nobody's: proto3 asks for one, and no variant is 0.
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
    /// Its number.
    pub number: i32,
    /// The doc comment.
    pub docs: Text,
    /// Whether the variant carries `#[deprecated]`.
    pub deprecated: bool,
}

/// The messages and enums that a set of services can reach, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definitions {
    known: BTreeMap<TypeName, Known>,
    clashes: Vec<Clash>,
}

/// A definition, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    definition: Definition,
    place: Text,
}

/// Two different types that have one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The name.
    pub name: TypeName,
    /// Where each is from.
    pub places: [Text; 2],
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, [first, second]) = (self.name.full_name(""), &self.places);
        write!(f, "`{name}` is the name of two different types, `{first}` and `{second}`; ")?;
        f.write_str(match (self.name.name.strip_suffix("Request"), self.name.name.strip_suffix("Response")) {
            (Some(_), _) => "rename one of them, for the schema alone with `#[message(name = \"…\")]`, or, of one that was made for the arguments of a method, with `#[method(request = \"…\")]` there",
            (_, Some(_)) => "rename one of them, for the schema alone with `#[message(name = \"…\")]`, or, of one that was made for what a method returns, with `#[method(response = \"…\")]` there",
            (None, None) => "rename one of them, for the schema alone with `#[message(name = \"…\")]`",
        })
    }
}

impl Definitions {
    /// Adds a definition; false when the name was there already. `place` is for people: where the type is defined.
    pub fn add(&mut self, definition: Definition, place: impl Into<Text>) -> bool {
        let (name, place) = (definition.name().clone(), place.into());
        match self.known.get(&name) {
            Some(known) if known.definition == definition => false,
            Some(known) => {
                let clash = Clash { name, places: [known.place.clone(), place] };
                if !self.clashes.contains(&clash) {
                    self.clashes.push(clash);
                }
                false
            }
            None => {
                self.known.insert(name, Known { definition, place });
                true
            }
        }
    }

    /// Adds every definition of `others` whose name is not there yet.
    pub fn merge(&mut self, others: &Self) {
        for Known { definition, place } in others.known.values() {
            self.add(definition.clone(), place.clone());
        }
    }

    /// The types that have the name of another one.
    pub fn clashes(&self) -> &[Clash] {
        &self.clashes
    }

    /// Every definition with its place, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Definition, &Text)> {
        self.known.values().map(|known| (&known.definition, &known.place))
    }

    /// Whether the name is there.
    pub fn contains(&self, name: &TypeName) -> bool {
        self.known.contains_key(name)
    }

    /// Whether a field of some message here has a constraint.
    pub fn has_constraints(&self) -> bool {
        self.known.values().any(|known| known.definition.has_constraints())
    }

    /// The definition of this name.
    pub fn get(&self, name: &TypeName) -> Option<&Definition> {
        self.known.get(name).map(|known| &known.definition)
    }
}

/// One `.proto` file: a package, its services, and what they reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The package; may be empty.
    pub package: Text,
    /// In the order given.
    pub services: Vec<Service>,
    /// The package's own messages and enums, in the order in which methods first mention them; nested ones too.
    pub definitions: Vec<Definition>,
    /// Types of other packages that are mentioned, in order.
    pub foreign: Vec<TypeName>,
}

impl File {
    /// Collects what `services`, all of `package`, reach in `definitions`.
    ///
    /// The order depends on the model alone, so source and constants give the same file.
    pub fn new(package: impl Into<Text>, services: Vec<Service>, definitions: &Definitions) -> Self {
        Self::with_types(package, services, &[], definitions)
    }

    /// The same, and no field has a constraint.
    #[must_use]
    pub fn without_constraints(&self) -> Self {
        let mut file = self.clone();
        for definition in &mut file.definitions {
            if let Definition::Message(message) = definition {
                message.fields.to_mut().iter_mut().for_each(|field| field.constraints = Cow::Borrowed(&[]));
            }
        }
        file
    }

    /// The same with types that no method may reach, after those that some do.
    pub fn with_types(
        package: impl Into<Text>,
        services: Vec<Service>,
        types: &[TypeName],
        definitions: &Definitions,
    ) -> Self {
        let package = package.into();
        let mut walk =
            Walk { package: &package, definitions, seen: Vec::new(), found: Vec::new(), foreign: Vec::new() };
        for method in services.iter().flat_map(|service| service.methods.iter()) {
            walk.visit(&method.input);
            walk.visit(&method.output);
            if let Some(error) = &method.error {
                walk.visit(error);
            }
        }
        types.iter().for_each(|name| walk.visit(name));
        walk.outer();
        let Walk { found, foreign, .. } = walk;
        Self { package, services, definitions: found, foreign }
    }
}

/// The name of the message that a nested type is in.
pub(crate) fn outer(name: &TypeName) -> Option<TypeName> {
    let (outer, _) = name.name.rsplit_once('.')?;
    Some(TypeName { package: name.package.clone(), name: Cow::Owned(outer.to_owned()) })
}

/// A message that is known for what is nested in it alone.
pub(crate) fn shell(name: TypeName) -> Definition {
    let (docs, fields) = (Cow::Borrowed(""), Cow::Borrowed(&[][..]));
    Definition::Message(Message {
        name,
        docs,
        fields,
        oneof: None,
        reserved: Reserved::NONE,
        deprecated: false,
    })
}

struct Walk<'a> {
    package: &'a str,
    definitions: &'a Definitions,
    seen: Vec<TypeName>,
    found: Vec<Definition>,
    foreign: Vec<TypeName>,
}

impl Walk<'_> {
    /// Adds the messages that nested types are in, and that nothing refers to.
    fn outer(&mut self) {
        let mut at = 0;
        while let Some(definition) = self.found.get(at) {
            at += 1;
            let Some(outer) = outer(definition.name()) else { continue };
            if !self.seen.contains(&outer) {
                self.visit(&outer);
                if !self.definitions.contains(&outer) {
                    self.found.push(shell(outer));
                }
            }
        }
    }

    fn visit(&mut self, name: &TypeName) {
        if self.seen.contains(name) {
            return;
        }
        self.seen.push(name.clone());
        if name.package.as_deref().is_some_and(|package| package != self.package) {
            self.foreign.push(name.clone());
            return;
        }
        let Some(definition) = self.definitions.get(name) else { return };
        self.found.push(definition.clone());
        if let Definition::Message(message) = definition {
            message
                .fields
                .iter()
                .filter_map(|field| field.ty.element().type_name())
                .for_each(|n| self.visit(n));
        }
    }
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
