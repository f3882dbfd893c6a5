//! Arguments of other languages as a request in JSON, and back.
//!
//! An argument without a default must be there, and `null` is no value for it: proto3 JSON would make zero of both.

use super::{Expected, unreadable};
use crate::call::status::{Result, Status};
use crate::log::Quoted;
use crate::transport::amqp::envelope::{Absent, Known, KnownField};
use bytes::Bytes;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Arguments by name.
pub(super) type Named<'a> = BTreeMap<String, &'a RawValue>;

const NULL: &str = "null";

/// The request of positional and named arguments.
pub(super) fn request(expected: Expected<'_>, positional: &[&RawValue], named: &Named<'_>) -> Result<Bytes> {
    let foreign = expected.foreign;
    match positional {
        [whole] if foreign.whole && named.is_empty() => return the_whole(expected, whole.get()),
        [_, ..] if foreign.whole => {
            let why = "it takes one argument, an object, or the object's members by name";
            return Err(unreadable(foreign, why));
        }
        _ => {}
    }
    let fields = fields(expected);
    if positional.len() > fields.len() {
        let why = format!("it takes {} arguments, and {} were given", fields.len(), positional.len());
        return Err(unreadable(foreign, &why));
    }
    let mut values: Vec<Option<&str>> = positional.iter().map(|raw| Some(raw.get())).collect();
    values.resize(fields.len(), None);
    for (name, value) in named {
        match expected.known.and_then(|known| known.find(name)) {
            None => return Err(unreadable(foreign, &format!("it has no argument `{}`", Quoted(name)))),
            Some(at) if values[at].is_some() => {
                return Err(unreadable(foreign, &format!("the argument `{}` is given twice", Quoted(name))));
            }
            Some(at) => values[at] = Some(value.get()),
        }
    }
    object(expected, &values)
}

/// The request of one value: the message itself, or its only field.
pub(super) fn of_value(expected: Expected<'_>, value: Option<&RawValue>) -> Result<Bytes> {
    let value = value.map_or(NULL, RawValue::get);
    let Some(known) = expected.known else {
        let body = if expected.foreign.whole { value } else { "{}" };
        return Ok(body.to_owned().into());
    };
    if expected.foreign.whole {
        return the_whole(expected, value);
    }
    let named = value.starts_with('{').then(|| known.check(value.as_bytes(), Absent::Refused));
    match (named, &known.fields[..]) {
        (Some(Ok(())), _) => with_members(expected, value),
        (_, [_]) => object(expected, &[Some(value)]),
        (Some(Err(status)), _) => Err(status),
        (None, _) => {
            Err(unreadable(expected.foreign, "it takes several arguments, as the members of an object"))
        }
    }
}

fn fields<'a>(expected: Expected<'a>) -> &'a [KnownField] {
    expected.known.map_or(&[], |known| &known.fields)
}

/// The request is an object with arguments. All that are needed must be there.
fn with_members(expected: Expected<'_>, value: &str) -> Result<Bytes> {
    let members: Named<'_> =
        serde_json::from_str(value).map_err(|_| unreadable(expected.foreign, "the data is no object"))?;
    for field in fields(expected).iter().filter(|field| field.is_needed) {
        let value = field.names.iter().find_map(|name| members.get(name));
        if value.is_none_or(|value| value.get() == NULL) {
            return Err(missing(expected, field));
        }
    }
    Ok(value.to_owned().into())
}

/// The request is the value, a message. An object must name one of its fields.
fn the_whole(expected: Expected<'_>, value: &str) -> Result<Bytes> {
    if value == NULL {
        return Err(unreadable(expected.foreign, "its argument is `null`"));
    }
    if let Some(known) = expected.known {
        known.check(value.as_bytes(), Absent::Refused)?;
    }
    Ok(value.to_owned().into())
}

/// The request of a value for each field.
fn object(expected: Expected<'_>, values: &[Option<&str>]) -> Result<Bytes> {
    let mut body = String::from("{");
    for (field, value) in fields(expected).iter().zip(values) {
        match value.filter(|value| *value != NULL) {
            // A message's own rules say which of its fields may be left out.
            None if field.is_needed && !expected.foreign.whole => return Err(missing(expected, field)),
            None => {}
            Some(value) => {
                let comma = if body.len() > 1 { "," } else { "" };
                body.extend([comma, "\"", &field.names[1], "\":", value]);
            }
        }
    }
    body.push('}');
    if expected.foreign.whole { the_whole(expected, &body) } else { Ok(body.into()) }
}

fn missing(expected: Expected<'_>, field: &KnownField) -> Status {
    unreadable(expected.foreign, &format!("the argument `{}` is missing", field.names[0]))
}

/// Reads a value in JSON, or says what it is not.
pub(super) fn parse<'a, T: serde::Deserialize<'a>>(
    expected: Expected<'_>,
    raw: &'a RawValue,
    not: &str,
) -> Result<T> {
    serde_json::from_str(raw.get()).map_err(|_| unreadable(expected.foreign, not))
}

/// The members of a request in JSON that have a value, in the order of the arguments.
///
/// # Errors
/// `internal` if the request is no object.
pub(super) fn members<'a>(known: Option<&Known>, request: &'a [u8]) -> Result<Vec<(String, &'a RawValue)>> {
    let all: Named<'a> = serde_json::from_slice(request).map_err(|_| not_json())?;
    let mut all: Vec<_> = all.into_iter().filter(|(_, raw)| raw.get() != NULL).collect();
    all.sort_by_key(|(name, _)| known.and_then(|known| known.find(name)));
    Ok(all)
}

/// The status of a request that a channel around ours encoded by its own codec.
pub(super) fn not_json() -> Status {
    Status::internal(
        "a method of another framework takes JSON: a channel that wraps this one must hand on `Channel::form`",
    )
}
