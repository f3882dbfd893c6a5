//! Fields with `#[field(oneof)]`: an enum with data, whose members are fields of the message around it.

use super::{Message, Reader, Wire};
use crate::message::codec::check::Checker;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Definitions, Element, Field, Text, Type, TypeName};
use serde::{Deserializer, ser::SerializeStruct};
use std::borrow::Cow;

/// The type of a field with `#[field(oneof)]`: an enum with data, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `oneof`",
    note = "`#[field(oneof)]` belongs on an `Option` of an enum with data and `#[derive(polywire::Message)]`"
)]
pub trait Choice: Sized {
    /// The enum.
    type Oneof: Message<Slots = Option<Self::Oneof>>;
    /// The members of the enum.
    const MEMBERS: &'static [Field] = members::<Self::Oneof>();

    /// The member that is set.
    fn set(&self) -> Option<&Self::Oneof>;
    /// Makes the field from the member that was read; `None` when a member is required and absent.
    fn finish(slot: Option<Self::Oneof>) -> Option<Self>;

    /// Whether a member has this number.
    fn has(number: u32) -> bool {
        Self::MEMBERS.iter().any(|member| member.number == number)
    }
    /// See [`Message::register_fields`].
    fn register(definitions: &mut Definitions) {
        Self::Oneof::register_fields(definitions);
    }
    /// See [`Message::fields_len`].
    fn members_len(&self) -> usize {
        self.set().map_or(0, Message::fields_len)
    }
    /// See [`Message::put_fields`].
    fn put_members(&self, out: &mut BytesMut) {
        if let Some(member) = self.set() {
            member.put_fields(out);
        }
    }
    /// See [`Message::check_fields`].
    fn check_members(&self, check: &mut Checker) {
        if let Some(member) = self.set() {
            member.check_fields(check);
        }
    }
    /// See [`Message::put_json`].
    ///
    /// # Errors
    /// The errors of the serializer.
    fn write_members<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
        self.set().map_or(Ok(()), |member| member.put_json(out))
    }
    /// See [`Message::merge_field`].
    ///
    /// # Errors
    /// When the bytes are malformed.
    fn merge_members(
        slot: &mut Option<Self::Oneof>,
        number: u32,
        wire: Wire,
        input: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        Self::Oneof::merge_field(slot, number, wire, input)
    }
    /// See [`Message::merge_json`].
    ///
    /// # Errors
    /// When the value is of the wrong kind.
    fn merge_members_json<'de, D: Deserializer<'de>>(
        slot: &mut Option<Self::Oneof>,
        index: usize,
        value: D,
    ) -> Result<(), D::Error> {
        Self::Oneof::merge_json(slot, index, value)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Message<Slots = Option<M>>> Choice for M {
    type Oneof = M;

    fn set(&self) -> Option<&M> {
        Some(self)
    }
    fn finish(slot: Option<M>) -> Option<Self> {
        slot
    }
}

#[diagnostic::do_not_recommend]
impl<M: Message<Slots = Option<M>>> Choice for Option<M> {
    type Oneof = M;

    fn set(&self) -> Option<&M> {
        self.as_ref()
    }
    fn finish(slot: Option<M>) -> Option<Self> {
        Some(slot)
    }
}

const fn members<M: Message>() -> &'static [Field] {
    match &M::SCHEMA.fields {
        Cow::Borrowed(fields) => fields,
        // Not reached: the macros emit constants.
        Cow::Owned(_) => &[],
    }
}

/// Counts the fields of a message with these `oneof`s.
pub const fn count(plain: &[Field], choices: &[(&str, &[Field])]) -> usize {
    let (mut count, mut at) = (plain.len(), 0);
    while at < choices.len() {
        count += choices[at].1.len();
        at += 1;
    }
    count
}

/// The fields of a message: its own, then the members of each `oneof`. Compilation fails when two have the same number
/// or JSON name.
#[track_caller]
pub const fn concat<const N: usize>(
    plain: &'static [Field],
    choices: &[(&'static str, &'static [Field])],
) -> [Field; N] {
    let mut all = [NOTHING; N];
    let mut next = 0;
    while next < plain.len() {
        put(&mut all, next, copy(&plain[next], None));
        next += 1;
    }
    let mut at = 0;
    while at < choices.len() {
        let (name, members) = choices[at];
        let mut member = 0;
        while member < members.len() {
            put(&mut all, next, copy(&members[member], Some(Cow::Borrowed(name))));
            member += 1;
            next += 1;
        }
        at += 1;
    }
    all
}

const NOTHING: Field = Field {
    name: Cow::Borrowed(""),
    json: Cow::Borrowed(""),
    number: 0,
    ty: Type::Singular(Element::Scalar(polywire_codegen::model::Scalar::Bool)),
    unpacked: false,
    docs: Cow::Borrowed(""),
    deprecated: false,
    examples: Cow::Borrowed(&[]),
    oneof: None,
    constraints: Cow::Borrowed(&[]),
    failure: None,
    default: None,
    json_written: false,
};

#[track_caller]
const fn put<const N: usize>(all: &mut [Field; N], at: usize, field: Field) {
    let mut earlier = 0;
    while earlier < at {
        clash(&all[earlier], &field);
        earlier += 1;
    }
    // A constant cannot drop a value.
    std::mem::forget(std::mem::replace(&mut all[at], field));
}

/// Ends compilation when one message cannot have both fields; the error names them.
#[track_caller]
const fn clash(first: &Field, second: &Field) {
    let (one, other, json) = (known(&first.name), known(&second.name), known(&first.json));
    if first.number == second.number {
        let told = Told::new().say("fields `").say(one).say("` and `").say(other).say("` both have number ");
        told.number(first.number).say("; give one of them another with `#[field(n)]`").end();
    }
    if is_same(json, known(&second.json)) {
        let told = Told::new().say("fields `").say(one).say("` and `").say(other).say("` are both `");
        told.say(json).say("` in JSON; rename one of them").end();
    }
}

/// The text of a constant.
const fn known(text: &Text) -> &str {
    match text {
        Cow::Borrowed(text) => text,
        // Not reached: the macros emit constants.
        Cow::Owned(_) => "?",
    }
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// The text of an error at compile time, which `format!` cannot make.
#[derive(Clone, Copy)]
struct Told {
    bytes: [u8; TOLD],
    len: usize,
}

/// The most bytes of such a text; the rest is cut.
const TOLD: usize = 512;

impl Told {
    const fn new() -> Self {
        Self { bytes: [0; TOLD], len: 0 }
    }

    const fn say(mut self, text: &str) -> Self {
        let (text, mut at) = (text.as_bytes(), 0);
        while at < text.len() && self.len < TOLD {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    const fn number(self, number: u32) -> Self {
        let rest = if number >= 10 { self.number(number / 10) } else { self };
        let digit = [b'0' + (number % 10) as u8];
        match std::str::from_utf8(&digit) {
            Ok(digit) => rest.say(digit),
            Err(_) => rest,
        }
    }

    #[track_caller]
    const fn end(&self) {
        let (told, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(told) {
            Ok(told) => panic!("{}", told),
            Err(_) => panic!("two fields of a message have one number or one name in JSON"),
        }
    }
}

const fn copy(field: &'static Field, oneof: Option<Text>) -> Field {
    Field {
        name: text(&field.name),
        json: text(&field.json),
        number: field.number,
        ty: match &field.ty {
            Type::Singular(of) => Type::Singular(element(of)),
            Type::Optional(of) => Type::Optional(element(of)),
            Type::Repeated(of) => Type::Repeated(element(of)),
            Type::Map(key, of) => Type::Map(*key, element(of)),
        },
        unpacked: field.unpacked,
        docs: text(&field.docs),
        deprecated: field.deprecated,
        examples: match &field.examples {
            Cow::Borrowed(examples) => Cow::Borrowed(examples),
            // Not reached: the macros emit constants.
            Cow::Owned(_) => Cow::Borrowed(&[]),
        },
        oneof,
        constraints: match &field.constraints {
            Cow::Borrowed(constraints) => Cow::Borrowed(constraints),
            // Not reached: the macros emit constants.
            Cow::Owned(_) => Cow::Borrowed(&[]),
        },
        // A typed error is a message of its own.
        failure: None,
        // A member has no default: it is set or not.
        default: None,
        json_written: field.json_written,
    }
}

const fn text(text: &'static Text) -> Text {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        // Not reached: the macros emit constants.
        Cow::Owned(_) => Cow::Borrowed(""),
    }
}

pub(crate) const fn element(of: &'static Element) -> Element {
    match of {
        Element::Scalar(scalar) => Element::Scalar(*scalar),
        Element::Text(form) => Element::Text(*form),
        Element::Message(name) => Element::Message(type_name(name)),
        Element::Enum(name) => Element::Enum(type_name(name)),
    }
}

const fn type_name(name: &'static TypeName) -> TypeName {
    let package = match &name.package {
        Some(package) => Some(text(package)),
        None => None,
    };
    TypeName { package, name: text(&name.name) }
}
