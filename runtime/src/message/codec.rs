//! How a Rust value becomes protobuf bytes or proto3 JSON, and back.
//!
//! Three traits meet here. [`Value`] is one value: a scalar, a message or an enum. [`Field`] is the content of a field:
//! one value, an `Option`, a list or a map. [`Message`] is implemented by `#[derive(Message)]`. Both codecs read into the
//! same slots, so required fields, duplicates and errors are decided once.
//!
//! `Value<const AS: u8>`: the encoding of an integer (natural, zigzag, fixed) is a const parameter of the trait, not
//! a wrapper type. `Option`, `Vec` and maps pass it through. It is a const generic rather than a marker type, because
//! coherence then knows that no other crate can implement `Value` for `Option<T>`. So it allows the blanket
//! implementations of `Field`.
//!
//! `Message::NAME` is a constant of its own, so that a recursive message can name itself in its schema. A schema
//! refers to others by name, and `register` collects the definitions. The build door (from source) and the constants
//! therefore give the same `File`, and the same `.proto`.
//!
//! A field has a slot of its own type (`Field::Slot`). A list is filled in place. An array is a list until the message
//! is whole and its length is checked. A field with a default has the slot of an `Option`.

pub(crate) mod check;
pub mod choice;
pub(crate) mod defaulted;
pub(crate) mod depth;
pub mod enumeration;
pub(crate) mod extent;
mod foreign;
pub(crate) mod json;
mod left_out;
mod map;
pub(crate) mod oneof;
mod pointer;
mod reader;
mod repeated;
mod scalar;
pub mod unknown;
pub(crate) mod wellknown;
pub(crate) mod wire;

pub use map::MapKey;
pub use reader::Reader;
pub use wire::Wire;

use crate::message::codec::check::Checker;
use crate::message::constraint::{Given, Rules};
use crate::message::error::DecodeError;
use bytes::{Bytes, BytesMut};
use polywire_codegen::model::{self, Definitions, Element as ElementType, Type, TypeName};
use serde::{Deserializer, Serializer, ser::SerializeStruct};

/// The encoding that the Rust type has by default: `i64` is `int64`.
pub const NATURAL: u8 = 0;
/// `#[field(as = "sint64")]`: zigzag varints.
pub const ZIGZAG: u8 = 1;
/// `#[field(as = "fixed64")]`, `sfixed64` and their 32-bit forms: four or eight bytes.
pub const FIXED: u8 = 2;
/// `#[field(key = "sint64")]`: zigzag keys of a map, combined with the encoding of its values.
pub const KEY_ZIGZAG: u8 = ZIGZAG << 2;
/// `#[field(key = "fixed64")]`: fixed-size keys of a map, combined with the encoding of its values.
pub const KEY_FIXED: u8 = FIXED << 2;
/// `#[field(packed = false)]`: a tag for each element of a list, combined with the encoding of the elements.
pub const UNPACKED: u8 = 1 << 4;

/// A protobuf message; `#[derive(Message)]` implements it.
///
/// Encode with [`Message::encode`], decode with [`Message::decode`]. The derive also implements serde's traits with
/// the [proto3 JSON mapping](https://protobuf.dev/programming-guides/json/). The hidden items serve the derive and may
/// change.
///
/// ```
/// use polywire::Message;
///
/// #[derive(Debug, PartialEq, Message)]
/// struct Book {
///     id: i32,
///     title: String,
/// }
///
/// let book = Book { id: 7, title: "Dune".to_owned() };
/// let bytes = book.encode();
/// assert_eq!(bytes, &b"\x08\x07\x12\x04Dune"[..]);
/// assert_eq!(Book::decode(bytes)?, book);
/// assert_eq!(serde_json::to_string(&book)?, r#"{"id":7,"title":"Dune"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message",
    note = "a request, response or stream item is a struct, or an enum with data, that has `#[derive(polywire::Message)]`",
    note = "a newtype or an enum without data is a field of one: write `#[field]` before the argument (`#[field] id: OrderId`), or before the method that returns it"
)]
pub trait Message: Sized + Send + Sync + 'static {
    /// The name of the message. It is apart from [`Message::SCHEMA`] so that recursive messages can name themselves.
    const NAME: TypeName;
    /// The message as data: its name, fields and comments.
    const SCHEMA: &'static model::Message;

    #[doc(hidden)]
    type Slots: Default;
    #[doc(hidden)]
    fn register_fields(definitions: &mut Definitions);
    #[doc(hidden)]
    fn fields_len(&self) -> usize;
    #[doc(hidden)]
    fn put_fields(&self, out: &mut BytesMut);
    #[doc(hidden)]
    fn merge_field(
        slots: &mut Self::Slots,
        number: u32,
        wire: Wire,
        input: &mut Reader<'_>,
    ) -> Result<(), DecodeError>;
    #[doc(hidden)]
    fn put_json<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error>;
    #[doc(hidden)]
    fn merge_json<'de, D: Deserializer<'de>>(
        slots: &mut Self::Slots,
        index: usize,
        value: D,
    ) -> Result<(), D::Error>;
    #[doc(hidden)]
    fn finish(slots: Self::Slots) -> Result<Self, Unfit>;
    /// Checks each field against its constraints.
    #[doc(hidden)]
    fn check_fields(&self, _: &mut Checker) {}
    /// The view of this message that constraints check, when a field holds it. Only spans and points in time have one.
    #[doc(hidden)]
    fn given_whole(&self) -> Given<'_> {
        Given::Nothing
    }
    /// Whether JSON's `null` is a value, not the absence of one. True of `google.protobuf.Value` alone.
    #[doc(hidden)]
    const JSON_NULL: bool = false;
    /// Writes the whole message as an object. Some well-known types have a JSON form of their own instead.
    #[doc(hidden)]
    fn write_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        json::write_object(self, out)
    }
    /// The inverse of `write_json`.
    #[doc(hidden)]
    fn read_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        json::read_object(input)
    }

    /// The protobuf encoding.
    fn encode(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(self.fields_len());
        self.put_fields(&mut out);
        out.freeze()
    }

    /// Reads the protobuf encoding, within the default limits: 64 levels of nesting, 100,000 elements.
    ///
    /// # Errors
    /// When the bytes are malformed, or a required field is missing. The error names the field and the byte offset.
    fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
        let mut input = Reader::new(&bytes);
        read_fields(&mut input)
    }
}

/// The field that makes a message impossible: it did not arrive, or it cannot hold what arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    field: &'static str,
    /// The fault; `None` when the field did not arrive.
    what: Option<Box<str>>,
}

impl Unfit {
    /// A field that did not arrive.
    pub const fn absent(field: &'static str) -> Self {
        Self { field, what: None }
    }

    /// A field that arrived with a value that it cannot hold.
    pub(crate) fn new(field: &'static str, what: String) -> Self {
        Self { field, what: Some(what.into()) }
    }

    /// Adds advice when the field is an absent `oneof`: a newer peer may have set a member that is unknown here.
    #[cold]
    pub(crate) fn of_newer(mut self, message: &model::Message) -> Self {
        let oneofs = message.fields.iter().map(|field| &field.oneof).chain([&message.oneof]);
        if self.is_absent() && oneofs.flatten().any(|oneof| oneof == self.field) {
            let what = "has no known member set: a newer peer may have set one that is unknown here; make the field an `Option`";
            self.what = Some(what.into());
        }
        self
    }

    #[cold]
    fn at(&self, input: &Reader<'_>) -> DecodeError {
        let error = input.error(self.what()).within(self.field);
        if self.is_absent() { error.of_absence() } else { error }
    }

    pub(crate) const fn is_absent(&self) -> bool {
        self.what.is_none()
    }

    pub(crate) const fn field(&self) -> &'static str {
        self.field
    }

    pub(crate) fn what(&self) -> &str {
        self.what.as_deref().unwrap_or("is required but absent")
    }
}

/// One value of a field: a scalar, a message, an enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    note = "fields are bool, i32, i64, u32, u64, f32, f64, the narrower integers, String, Bytes, Vec<u8>, IpAddr, Ipv4Addr, Ipv6Addr, messages, \
            enums and newtypes with `#[derive(polywire::Message)]`, and Option, Vec, arrays, HashMap and BTreeMap of these",
    note = "of other crates, with the feature of polywire named first: `uuid` for Uuid; `decimal` for Decimal; `indexmap` for IndexMap; `chrono` for DateTime<Utc> and TimeDelta; `time` for OffsetDateTime, UtcDateTime and its Duration; `jiff` for Timestamp and SignedDuration"
)]
#[allow(clippy::len_without_is_empty, reason = "the encoded size, not a count of elements")]
pub trait Value<const AS: u8 = NATURAL>: Sized {
    /// The type in the schema.
    const ELEMENT: ElementType;
    /// The wire type.
    const WIRE: Wire;
    /// Whether JSON's `null` is a value of this type, not its absence.
    const JSON_NULL: bool = false;
    /// Adds the definition of a message or an enum, and every definition that it reaches.
    fn register(_: &mut Definitions) {}
    /// Whether the value is the default, which implicit presence leaves out.
    fn is_default(&self) -> bool;
    /// The encoded size without the tag, but with the length in front if there is one.
    fn len(&self) -> usize;
    /// Writes the value without the tag.
    fn put(&self, out: &mut BytesMut);
    /// Reads the value; its tag is read already.
    ///
    /// # Errors
    /// When the bytes are malformed or the value is out of range.
    fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError>;
    /// Reads the value; `None` for an unknown value, where those are left out.
    ///
    /// # Errors
    /// Fails as [`Value::take`] does.
    #[inline]
    fn take_known(input: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        Self::take(input).map(Some)
    }
    /// Reads a second occurrence of the value. The last one wins, but messages merge.
    ///
    /// # Errors
    /// Fails as [`Value::take`] does.
    fn merge(_earlier: Self, input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::take(input)
    }
    /// The value of a field that did not arrive; `None` when that is an error.
    fn absent() -> Option<Self>;
    /// Whether [`Value::given`] shows the value. Only then may a field of this type have constraints on the value.
    const CHECKED: bool = false;
    /// The view of the value that constraints check.
    fn given(&self) -> Given<'_> {
        Given::Nothing
    }
    /// Checks the constraints inside of the value, when it is a message or wraps one.
    fn check_inside(&self, _: &mut Checker) {}
    /// Writes proto3 JSON.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error>;
    /// Reads proto3 JSON.
    ///
    /// # Errors
    /// When the value is of the wrong kind or out of range.
    fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error>;
    /// Reads proto3 JSON; `None` for an unknown value of an enum, where those are passed over.
    ///
    /// # Errors
    /// Fails as [`Value::from_json`] does.
    #[inline]
    fn from_json_known<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Self>, D::Error> {
        Self::from_json(input).map(Some)
    }
}

/// A [`Value`] that may be repeated: all but `u8`, since `Vec<u8>` is `bytes`.
pub trait Element<const AS: u8 = NATURAL>: Value<AS> {}

/// The content of a field: one value, an `Option`, a list or a map.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    note = "fields are bool, i32, i64, u32, u64, f32, f64, the narrower integers, String, Bytes, Vec<u8>, IpAddr, Ipv4Addr, Ipv6Addr, messages, \
            enums and newtypes with `#[derive(polywire::Message)]`, and Option, Vec, arrays, HashMap and BTreeMap of these",
    note = "of other crates, with the feature of polywire named first: `uuid` for Uuid; `decimal` for Decimal; `indexmap` for IndexMap; `chrono` for DateTime<Utc> and TimeDelta; `time` for OffsetDateTime, UtcDateTime and its Duration; `jiff` for Timestamp and SignedDuration"
)]
pub trait Field<const AS: u8 = NATURAL>: Sized {
    /// The parts of the field that were read so far, until the message is whole.
    type Slot: Default;
    /// The type in the schema.
    const TYPE: Type;
    /// Adds the definitions that the field reaches.
    fn register(definitions: &mut Definitions);
    /// The encoded size with tags.
    fn field_len(&self, number: u32) -> usize;
    /// Writes the field with tags.
    fn put_field(&self, number: u32, out: &mut BytesMut);
    /// Reads one occurrence.
    ///
    /// # Errors
    /// When the bytes are malformed or the value is out of range.
    fn merge_field(slot: &mut Self::Slot, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError>;
    /// Makes the field called `name` from the parts that were read.
    ///
    /// # Errors
    /// When the field did not arrive and has no default, or cannot hold what arrived.
    fn finish(slot: Self::Slot, name: &'static str) -> Result<Self, Unfit>;
    /// Whether the values of the field can have constraints ([`Value::CHECKED`]).
    const CHECKED: bool;
    /// Checks the field, and everything inside of it, against constraints.
    fn check_field(&self, rules: &Rules, check: &mut Checker);
    /// Whether JSON leaves the field out.
    fn skip_json(&self) -> bool {
        false
    }
    /// Writes proto3 JSON.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn field_to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error>;
    /// Writes the field as a member of an object, under the name that the style asks for.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn write_field<S: SerializeStruct>(
        &self,
        out: &mut S,
        camel: &'static str,
        snake: &'static str,
    ) -> Result<(), S::Error> {
        json::write_field::<AS, Self, S>(out, camel, snake, self)
    }
    /// Reads proto3 JSON; `null` gives the default.
    ///
    /// # Errors
    /// When the value is of the wrong kind or out of range.
    fn merge_field_json<'de, D: Deserializer<'de>>(slot: &mut Self::Slot, input: D) -> Result<(), D::Error>;
}

impl<const AS: u8, T: Value<AS>> Field<AS> for T {
    type Slot = Option<Self>;
    const TYPE: Type = Type::Singular(T::ELEMENT);

    fn register(definitions: &mut Definitions) {
        T::register(definitions);
    }

    #[inline]
    fn field_len(&self, number: u32) -> usize {
        if self.is_default() { 0 } else { wire::tag_len(number) + self.len() }
    }

    #[inline]
    fn put_field(&self, number: u32, out: &mut BytesMut) {
        if !self.is_default() {
            wire::put_tag(number, T::WIRE, out);
            self.put(out);
        }
    }

    #[inline]
    fn merge_field(slot: &mut Option<Self>, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
        <Option<T> as Field<AS>>::merge_field(slot, wire, input)?;
        // An unknown value counts as absent.
        if slot.is_none() && T::absent().is_none() { Err(input.strange()) } else { Ok(()) }
    }

    #[inline]
    fn finish(slot: Option<Self>, name: &'static str) -> Result<Self, Unfit> {
        slot.or_else(T::absent).ok_or(Unfit::absent(name))
    }

    const CHECKED: bool = T::CHECKED;

    fn check_field(&self, rules: &Rules, check: &mut Checker) {
        check.value::<AS, T>(self, rules);
    }

    fn field_to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.to_json(out)
    }

    fn merge_field_json<'de, D: Deserializer<'de>>(
        slot: &mut Option<Self>,
        input: D,
    ) -> Result<(), D::Error> {
        *slot = match T::absent() {
            Some(_) => json::nullable::<AS, T, D>(input)?,
            None => json::required::<AS, T, D>(input)?,
        };
        Ok(())
    }
}

impl<const AS: u8, T: Value<AS>> Field<AS> for Option<T> {
    type Slot = Option<T>;
    const TYPE: Type = Type::Optional(T::ELEMENT);

    fn register(definitions: &mut Definitions) {
        T::register(definitions);
    }

    #[inline]
    fn field_len(&self, number: u32) -> usize {
        self.as_ref().map_or(0, |value| wire::tag_len(number) + value.len())
    }

    #[inline]
    fn put_field(&self, number: u32, out: &mut BytesMut) {
        if let Some(value) = self {
            wire::put_tag(number, T::WIRE, out);
            value.put(out);
        }
    }

    #[inline]
    fn merge_field(slot: &mut Self, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
        input.expect(T::WIRE, wire)?;
        *slot = match slot.take() {
            None => T::take_known(input)?,
            Some(earlier) => Some(T::merge(earlier, input)?),
        };
        Ok(())
    }

    #[inline]
    fn finish(slot: Self, _: &'static str) -> Result<Self, Unfit> {
        Ok(slot)
    }

    const CHECKED: bool = T::CHECKED;

    fn check_field(&self, rules: &Rules, check: &mut Checker) {
        check.option::<AS, T>(self.as_ref(), rules);
    }

    fn skip_json(&self) -> bool {
        self.is_none()
    }

    fn field_to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.to_json(out),
            None => out.serialize_none(),
        }
    }

    fn merge_field_json<'de, D: Deserializer<'de>>(slot: &mut Self, input: D) -> Result<(), D::Error> {
        *slot = json::nullable::<AS, T, D>(input)?;
        Ok(())
    }
}

/// Reads the fields of a message up to the end of `input`.
pub(crate) fn read_fields<M: Message>(input: &mut Reader<'_>) -> Result<M, DecodeError> {
    let slots = read_slots::<M>(input)?;
    match M::finish(slots) {
        Ok(message) => Ok(message),
        Err(unfit) => Err(input.unfit(M::SCHEMA, unfit)),
    }
}

#[inline]
fn read_slots<M: Message>(input: &mut Reader<'_>) -> Result<M::Slots, DecodeError> {
    let mut slots = M::Slots::default();
    let outer = std::mem::replace(&mut input.mark, input.kept.len());
    while let Some((number, wire)) = input.tag()? {
        if let Err(error) = M::merge_field(&mut slots, number, wire, input) {
            return Err(within_field(error, M::SCHEMA, number));
        }
    }
    input.kept.truncate(input.mark);
    input.mark = outer;
    Ok(slots)
}

#[cold]
fn within_field(error: DecodeError, message: &model::Message, number: u32) -> DecodeError {
    match message.field(number) {
        Some(field) => error.within(&field.name),
        None => error,
    }
}

#[diagnostic::do_not_recommend]
impl<M: Message> Value for M {
    const ELEMENT: ElementType = ElementType::Message(M::NAME);
    const WIRE: Wire = Wire::Len;
    const JSON_NULL: bool = M::JSON_NULL;

    fn register(definitions: &mut Definitions) {
        register::<M>(definitions);
    }

    fn is_default(&self) -> bool {
        false
    }

    fn len(&self) -> usize {
        let len = depth::deeper(|| self.fields_len()).unwrap_or_default();
        wire::varint_len(len as u64) + len
    }

    fn put(&self, out: &mut BytesMut) {
        wire::put_varint(self.fields_len() as u64, out);
        self.put_fields(out);
    }

    #[inline]
    fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.nested(read_fields)
    }

    #[inline]
    fn take_known(input: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        match &M::SCHEMA.oneof {
            None => Self::take(input).map(Some),
            Some(_) => input.maybe(|input| input.nested(left_out::read_choice)),
        }
    }

    /// Encodes the earlier value again, and reads it together with the new bytes: concatenated encodings are a merged
    /// message (protobuf, "Encoding", "Last One Wins"). The path is rare, so it is kept simple.
    fn merge(earlier: Self, input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let later = input.length_delimited()?;
        let mut whole = BytesMut::with_capacity(earlier.fields_len() + later.len());
        earlier.put_fields(&mut whole);
        whole.extend_from_slice(&later);
        let whole = whole.freeze();
        input.detached(&whole, read_fields)
    }

    fn absent() -> Option<Self> {
        None
    }

    const CHECKED: bool = true;

    fn given(&self) -> Given<'_> {
        self.given_whole()
    }

    fn check_inside(&self, check: &mut Checker) {
        self.check_fields(check);
    }

    fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        depth::deeper(|| json::write_message(self, out))
            .unwrap_or_else(|| Err(serde::ser::Error::custom(depth::TOO_DEEP)))
    }

    fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        json::read_message(input)
    }

    #[inline]
    fn from_json_known<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Self>, D::Error> {
        match &M::SCHEMA.oneof {
            None => json::read_message(input).map(Some),
            Some(_) => json::read_choice(input),
        }
    }
}

impl<M: Message> Element for M {}

/// Adds a message and every definition that it reaches.
pub(crate) fn register<M: Message>(definitions: &mut Definitions) {
    register_message(definitions, M::SCHEMA, std::any::type_name::<M>(), M::register_fields);
}

fn register_message(
    definitions: &mut Definitions,
    message: &'static model::Message,
    place: &'static str,
    register_fields: fn(&mut Definitions),
) {
    if definitions.add(model::Definition::Message(message.clone()), place) {
        register_fields(definitions);
    }
}
