//! Fields: their tags (name, number, encoding) and the rules that hold between the fields of one message.

use super::constraint::{self, Rule, length};
use super::example;
use crate::model::{Constraint, Example, Failure, Scalar};
use crate::names;
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::known::known;
use crate::rust::types;
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Lit, LitStr, PatType, Token, Type};

/// The largest field number of protobuf.
const LARGEST: u32 = crate::model::MAX_FIELD_NUMBER as u32;

/// A field of a message.
#[derive(Clone)]
pub(crate) struct Field {
    /// The member of the Rust struct.
    pub(crate) member: Ident,
    /// The form on the wire.
    pub(crate) tag: Tag,
    /// The Rust type.
    pub(crate) ty: Type,
}

/// The form of a field, or of a member of a `oneof`, on the wire.
#[derive(Clone)]
pub(crate) struct Tag {
    /// The protobuf name.
    pub(crate) name: String,
    /// The JSON name.
    pub(crate) json: String,
    /// Whether `#[field(json = …)]` gave the JSON name.
    pub(crate) json_written: bool,
    /// The number, in range.
    pub(crate) number: u32,
    /// The encoding of its scalar.
    pub(crate) encoding: Encoding,
    /// The encoding of a map's keys.
    pub(crate) key: Encoding,
    /// Whether each number of a list is written with a tag of its own. False for other types.
    pub(crate) unpacked: bool,
    /// The value when the field does not arrive. A field with a default is always written.
    pub(crate) default: Option<Default>,
    /// The default as documents show it, when it is a literal.
    pub(crate) default_shown: Option<Example>,
    /// The doc comment.
    pub(crate) docs: String,
    /// Whether it is `#[deprecated]`.
    pub(crate) deprecated: bool,
    /// The values of `#[example(…)]`.
    pub(crate) examples: Vec<Example>,
    /// The rules for the value.
    pub(crate) constraints: Vec<Rule>,
    /// The lengths that the type sets.
    pub(super) lengths: Vec<Constraint>,
    /// For a variant of a typed error: how a call fails with it.
    pub(crate) failure: Option<Failure>,
    /// The place at which faults between fields are shown.
    span: proc_macro2::TokenStream,
}

/// The value of a field that does not arrive.
#[derive(Clone)]
pub(crate) enum Default {
    /// `#[field(default)]`: the default of its Rust type.
    OfType,
    /// The value that `#[field(default = 20)]` gives.
    Value(Lit),
}

impl Default {
    /// The value as documents show it. For `default` alone it is the default of a scalar.
    fn shown(&self, ty: Option<&Type>) -> Option<Example> {
        match self {
            Self::Value(Lit::Str(text)) => Some(Example::Text(text.value().into())),
            Self::Value(Lit::Bool(value)) => Some(Example::Bool(value.value)),
            Self::Value(Lit::Int(number)) => Some(Example::Number(number.base10_digits().to_owned().into())),
            Self::Value(Lit::Float(number)) => {
                Some(Example::Number(json_number(number.base10_digits()).into()))
            }
            Self::Value(_) => None,
            Self::OfType => {
                let name = types::last(ty?)?.0.to_string();
                match known(&name)?.kind.scalar(Encoding::Natural)? {
                    Scalar::Bool => Some(Example::Bool(false)),
                    Scalar::String => Some(Example::Text("".into())),
                    Scalar::Bytes => None,
                    _ => Some(Example::Number("0".into())),
                }
            }
        }
    }
}

/// A float of Rust in JSON's spelling, in which digits follow the point.
fn json_number(digits: &str) -> String {
    match digits.split_once('.') {
        Some((whole, rest)) if !rest.starts_with(|c: char| c.is_ascii_digit()) => format!("{whole}.0{rest}"),
        _ => digits.to_owned(),
    }
}

/// The encoding of a scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// The encoding that the Rust type implies.
    Natural,
    /// `sint32`, `sint64`.
    Zigzag,
    /// `fixed32`, `fixed64`, `sfixed32`, `sfixed64`.
    Fixed,
}

/// Reads the fields of a struct.
pub(super) fn parse_all(
    fields: &Punctuated<syn::Field, Token![,]>,
    message: &str,
    errors: &mut Errors,
) -> Option<Vec<Field>> {
    let mut parsed = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let Some(member) = &field.ident else { continue };
        let place = Place { ident: member, name: member.unraw().to_string(), position: index as u32 + 1 };
        let tag = tag(&field.attrs, &place, Some(&field.ty), errors);
        check_type(&place, &field.ty, errors);
        parsed.extend(tag.map(|tag| Field { member: member.clone(), tag, ty: field.ty.clone() }));
    }
    let whole = parsed.len() == fields.len();
    unique(parsed.iter().map(|field| &field.tag), message, errors);
    whole.then_some(parsed)
}

/// Reads a parameter of a method, which becomes a field.
pub(crate) fn parse_parameter(
    argument: &PatType,
    member: &Ident,
    position: u32,
    errors: &mut Errors,
) -> Option<Field> {
    let place = Place { ident: member, name: member.unraw().to_string(), position };
    let tag = tag(&argument.attrs, &place, Some(&argument.ty), errors);
    check_type(&place, &argument.ty, errors);
    Some(Field { member: member.clone(), tag: tag?, ty: (*argument.ty).clone() })
}

fn check_type(place: &Place<'_>, ty: &Type, errors: &mut Errors) {
    if let Some((at, text)) = types::fault(ty) {
        errors.push(at, format!("{}: type `{}`: {text}", place.subject(), types::printed(at)));
    }
}

/// The place of a tag.
pub(super) struct Place<'a> {
    /// The field, parameter or variant.
    pub(super) ident: &'a Ident,
    /// The protobuf name, unless renamed.
    pub(super) name: String,
    /// The number, unless given.
    pub(super) position: u32,
}

impl Place<'_> {
    fn subject(&self) -> String {
        format!("field `{}`", self.ident)
    }
}

/// Reads `#[field(…)]`. `ty` is the type that `as` re-encodes.
pub(super) fn tag(
    attrs: &[Attribute],
    place: &Place<'_>,
    ty: Option<&Type>,
    errors: &mut Errors,
) -> Option<Tag> {
    let subject = place.subject();
    attrs::refuse_cfg(attrs, &subject, errors);
    let mut tag = Tag {
        name: place.name.clone(),
        json: String::new(),
        json_written: false,
        number: place.position,
        encoding: Encoding::Natural,
        key: Encoding::Natural,
        unpacked: false,
        default: None,
        default_shown: None,
        docs: attrs::docs(attrs),
        deprecated: attrs::deprecated(attrs),
        examples: example::read(attrs, ty, &subject, errors)?,
        constraints: Vec::new(),
        lengths: ty.map(length::of).unwrap_or_default(),
        failure: None,
        span: place.ident.to_token_stream(),
    };
    for attr in attrs::own(attrs, attrs::Own::Field) {
        for arg in errors.explain(attrs::args(attr), &subject, "write it as in `#[field(3)]`")? {
            match &arg {
                arg if constraint::is_one(arg) => {
                    tag.constraints.extend(constraint::parse(arg, &subject, errors)?)
                }
                Arg::Literal(value) => {
                    tag.number = number(value, &subject, errors)?;
                    tag.span = value.to_token_stream();
                }
                Arg::Set(key, value) if key == "rename" => {
                    let text = attrs::text(value, &subject, errors)?;
                    tag.name = super::word(&text, &subject, errors)?;
                }
                Arg::Set(key, value) if key == "as" => {
                    let text = attrs::text(value, &subject, errors)?;
                    tag.encoding = encoding(&text, ty, &subject, errors)?;
                }
                Arg::Set(key, value) if key == "key" => {
                    let text = attrs::text(value, &subject, errors)?;
                    tag.key = encoding(&text, ty.and_then(types::key), &subject, errors)?;
                }
                Arg::Set(key, Lit::Bool(packed)) if key == "packed" => {
                    if ty.and_then(types::item).is_none() {
                        let rule = "only a list of numbers is packed";
                        errors
                            .push(key, format!("{subject}: {rule}; make the field a `Vec`, or remove this"));
                        return None;
                    }
                    tag.unpacked = !packed.value;
                }
                Arg::Word(key) | Arg::Set(key, _) if key == "default" => {
                    let default = default(&arg, key, ty, &subject, errors)?;
                    tag.default_shown = default.shown(ty);
                    tag.default = Some(default);
                }
                Arg::Word(key) if key == "deprecated" => tag.deprecated = true,
                Arg::Set(key, value) if key == "json" => {
                    tag.json = json(&attrs::text(value, &subject, errors)?, &subject, errors)?;
                    tag.json_written = true;
                }
                other => other.refuse(&subject, KNOWN, errors),
            }
        }
    }
    if !names::is_word(&tag.name) {
        errors.push(place.ident, super::no_word(&subject, &tag.name, "#[field(rename = \"…\")]"));
    }
    constraint::check(&mut tag, ty, &subject, errors);
    if !tag.json_written {
        tag.json = names::json(&tag.name);
    }
    Some(tag)
}

const KNOWN: &str = "a number, `as = \"…\"`, `rename = \"…\"`, `json = \"…\"`, `key = \"…\"`, `packed = false`, `default`, \
                     `default = …`, `deprecated`, and constraints such as `min = 1`; on a field of a struct `oneof` and `skip` too";

fn default(arg: &Arg, key: &Ident, ty: Option<&Type>, subject: &str, errors: &mut Errors) -> Option<Default> {
    let rule = match ty {
        None => "a member of a `oneof` is set or not",
        Some(ty) if types::is_many(ty) => "lists, maps and options are empty when nothing arrives",
        Some(_) => {
            return Some(match arg {
                Arg::Set(_, value) => Default::Value(value.clone()),
                _ => Default::OfType,
            });
        }
    };
    errors.push(key, format!("{subject}: {rule}; remove `default`"));
    None
}

/// Checks that a JSON name is one that protobuf can declare.
fn json(text: &LitStr, subject: &str, errors: &mut Errors) -> Option<String> {
    let name = text.value();
    if !name.is_empty() && !name.chars().any(char::is_control) {
        return Some(name);
    }
    let rule = "a name in JSON has at least one character, and no control characters; write another";
    errors.push(text, format!("{subject}: {rule}"));
    None
}

fn number(value: &Lit, subject: &str, errors: &mut Errors) -> Option<u32> {
    let number = attrs::number::<u32>(value, subject, errors)?;
    let rule = match number {
        0 => "field numbers begin at 1",
        19_000..=19_999 => "protobuf reserves the numbers 19000 to 19999",
        1..=LARGEST => return Some(number),
        _ => "the largest field number is 536870911",
    };
    errors.push(value, format!("{subject}: number {number}: {rule}; choose another"));
    None
}

/// The Rust types that each encoding can hold.
const ENCODINGS: &[(&str, Encoding, &str)] = &[
    ("int32", Encoding::Natural, "i32"),
    ("int64", Encoding::Natural, "i64"),
    ("uint32", Encoding::Natural, "u32"),
    ("uint64", Encoding::Natural, "u64"),
    ("sint32", Encoding::Zigzag, "i32"),
    ("sint64", Encoding::Zigzag, "i64"),
    ("fixed32", Encoding::Fixed, "u32"),
    ("fixed64", Encoding::Fixed, "u64"),
    ("sfixed32", Encoding::Fixed, "i32"),
    ("sfixed64", Encoding::Fixed, "i64"),
];

pub(super) fn encoding(
    text: &LitStr,
    ty: Option<&Type>,
    subject: &str,
    errors: &mut Errors,
) -> Option<Encoding> {
    let word = text.value();
    let Some((_, encoding, rust)) = ENCODINGS.iter().find(|(name, ..)| *name == word) else {
        let known: Vec<String> = ENCODINGS.iter().map(|(name, ..)| format!("`{name}`")).collect();
        errors.push(text, format!("{subject}: `{word}` is not an encoding; use one of {}", known.join(", ")));
        return None;
    };
    let scalar = ty.and_then(types::scalar);
    if scalar.is_none_or(|ident| ident != rust) {
        errors.push(
            text,
            format!("{subject}: `{word}` holds an `{rust}`; make the field that, or remove `as`"),
        );
        return None;
    }
    Some(*encoding)
}

/// Reports numbers, names and JSON names that two fields of a message share.
pub(crate) fn unique<'a>(tags: impl Iterator<Item = &'a Tag>, message: &str, errors: &mut Errors) {
    let (mut numbers, mut fields) = (BTreeMap::new(), BTreeMap::new());
    for tag in tags {
        if let Some(first) = numbers.insert(tag.number, &tag.name) {
            let text = format!(
                "{message}: fields `{first}` and `{}` both have number {}; give one of them another with `#[field(n)]`",
                tag.name, tag.number
            );
            errors.push(&tag.span, text);
        }
        if let Some(first) = fields.insert(&tag.json, &tag.name) {
            let text = format!(
                "{message}: fields `{first}` and `{}` are both `{}` in JSON; rename one of them",
                tag.name, tag.json
            );
            errors.push(&tag.span, text);
        }
    }
}

impl Tag {
    /// The JSON name in snake case.
    pub(crate) fn snake(&self) -> &str {
        if self.json_written { &self.json } else { &self.name }
    }

    /// The constraints in the schema: the field's own ones, and the length that its type has.
    pub(crate) fn demands(&self) -> Vec<Constraint> {
        length::joined(&self.constraints, &self.lengths)
    }
}

impl Field {
    /// The only field of a message around a return value. `#[field(as = "…")]` on the method may change its
    /// encoding.
    pub(crate) fn result(ty: &Type, attrs: &[Attribute], subject: &str, errors: &mut Errors) -> Option<Self> {
        let member = Ident::new(names::RESULT_FIELD, proc_macro2::Span::call_site());
        let mut encoding = Encoding::Natural;
        for attr in attrs::own(attrs, attrs::Own::Field) {
            for arg in
                errors.explain(attrs::args(attr), subject, "write it as in `#[field(as = \"sint64\")]`")?
            {
                match &arg {
                    Arg::Set(key, value) if key == "as" => {
                        let text = attrs::text(value, subject, errors)?;
                        encoding = self::encoding(&text, Some(ty), subject, errors)?;
                    }
                    other => other.refuse(
                        subject,
                        "`as = \"…\"`; what a method returns is field 1, `result`",
                        errors,
                    ),
                }
            }
        }
        let tag = Tag {
            name: names::RESULT_FIELD.to_owned(),
            json: names::RESULT_FIELD.to_owned(),
            json_written: false,
            number: 1,
            encoding,
            key: Encoding::Natural,
            unpacked: false,
            default: None,
            default_shown: None,
            docs: String::new(),
            deprecated: false,
            examples: Vec::new(),
            constraints: Vec::new(),
            lengths: length::of(ty),
            failure: None,
            span: ty.to_token_stream(),
        };
        Some(Self { member, tag, ty: ty.clone() })
    }
}
