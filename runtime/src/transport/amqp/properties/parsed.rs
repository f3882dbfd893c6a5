//! The properties that lapin parsed, read in place or copied. `rabbit/convert` is the way out.

use super::{Fields, Properties, Value, ValueRef};
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use std::borrow::Cow;

/// Reads one of lapin's header values in place.
pub(super) fn view(value: &AMQPValue) -> ValueRef<'_> {
    match value {
        AMQPValue::LongString(text) => text_or_bytes(text.as_bytes()),
        AMQPValue::ShortString(text) => ValueRef::Text(text.as_str()),
        AMQPValue::ByteArray(bytes) => ValueRef::Bytes(bytes.as_slice()),
        AMQPValue::Boolean(bool) => ValueRef::Bool(*bool),
        AMQPValue::Float(float) => ValueRef::Float(f64::from(*float)),
        AMQPValue::Double(float) => ValueRef::Float(*float),
        AMQPValue::Timestamp(seconds) => ValueRef::Timestamp(*seconds),
        other => integer(other).map_or(ValueRef::Other, ValueRef::Int),
    }
}

fn text_or_bytes(bytes: &[u8]) -> ValueRef<'_> {
    std::str::from_utf8(bytes).map_or(ValueRef::Bytes(bytes), ValueRef::Text)
}

fn integer(value: &AMQPValue) -> Option<i64> {
    Some(match value {
        AMQPValue::ShortShortInt(int) => i64::from(*int),
        AMQPValue::ShortShortUInt(int) => i64::from(*int),
        AMQPValue::ShortInt(int) => i64::from(*int),
        AMQPValue::ShortUInt(int) => i64::from(*int),
        AMQPValue::LongInt(int) => i64::from(*int),
        AMQPValue::LongUInt(int) => i64::from(*int),
        AMQPValue::LongLongInt(int) => *int,
        _ => return None,
    })
}

/// Copies all properties of a delivery.
pub(super) fn properties(wire: &BasicProperties) -> Properties {
    let text = |text: &Option<ShortString>| text.as_ref().map(|text| text.as_str().to_owned());
    Properties {
        content_type: text(wire.content_type()).map(Cow::Owned),
        content_encoding: text(wire.content_encoding()),
        headers: wire.headers().as_ref().map(|headers| table(headers, DEEPEST_KEPT)).unwrap_or_default(),
        persistent: *wire.delivery_mode() == Some(2),
        priority: *wire.priority(),
        correlation_id: text(wire.correlation_id()),
        reply_to: text(wire.reply_to()),
        expiration: text(wire.expiration()),
        message_id: text(wire.message_id()),
        timestamp: *wire.timestamp(),
        kind: text(wire.kind()).map(Cow::Owned),
        user_id: text(wire.user_id()),
        app_id: text(wire.app_id()),
    }
}

/// The levels of tables and lists that are kept in a header. No known tool writes more than four.
const DEEPEST_KEPT: usize = 32;

fn table(wire: &FieldTable, depth: usize) -> Fields {
    wire.inner().iter().map(|(name, value)| (name.as_str().to_owned(), owned(value, depth))).collect()
}

fn owned(value: &AMQPValue, depth: usize) -> Value {
    match value {
        AMQPValue::FieldArray(_) | AMQPValue::FieldTable(_) if depth == 0 => Value::Null,
        AMQPValue::DecimalValue(decimal) => Value::Decimal { scale: decimal.scale, value: decimal.value },
        AMQPValue::FieldArray(list) => {
            Value::List(list.as_slice().iter().map(|value| owned(value, depth - 1)).collect())
        }
        AMQPValue::FieldTable(inner) => Value::Table(table(inner, depth - 1)),
        other => match view(other) {
            ValueRef::Text(text) => Value::Text(text.to_owned()),
            ValueRef::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            ValueRef::Int(int) => Value::Int(int),
            ValueRef::Bool(bool) => Value::Bool(bool),
            ValueRef::Float(float) => Value::Float(float),
            ValueRef::Timestamp(seconds) => Value::Timestamp(seconds),
            ValueRef::Other => Value::Null,
        },
    }
}
