//! Conversion of our properties to lapin's. It never panics: a name that AMQP cannot carry is a [`Fault`].
//! `properties/parsed` is the way back.

use super::super::broker::Fault;
use super::super::properties::{Fields, Properties, Value};
use lapin::BasicProperties;
use lapin::types::{AMQPValue, ByteArray, DecimalValue, FieldArray, FieldTable, LongString, ShortString};

/// Makes a short string. lapin's `From` panics on a text of more than 255 bytes.
pub(crate) fn short(text: &str) -> Result<ShortString, Fault> {
    ShortString::try_new(text).map_err(|_| too_long(text))
}

fn too_long(text: &str) -> Fault {
    Fault::Invalid(format!(
        "a property or a header's name of {} bytes: AMQP carries at most 255; shorten it",
        text.len()
    ))
}

/// Converts our properties to lapin's.
pub(crate) fn wire_properties(own: &Properties) -> Result<BasicProperties, Fault> {
    let mut wire = BasicProperties::default().with_delivery_mode(if own.persistent { 2 } else { 1 });
    macro_rules! texts {
        ($($field:ident => $with:ident),*) => {$(
            if let Some(text) = &own.$field {
                wire = wire.$with(short(text)?);
            }
        )*};
    }
    texts!(
        content_type => with_content_type,
        content_encoding => with_content_encoding,
        correlation_id => with_correlation_id,
        reply_to => with_reply_to,
        expiration => with_expiration,
        message_id => with_message_id,
        kind => with_type,
        user_id => with_user_id,
        app_id => with_app_id
    );
    if !own.headers.is_empty() {
        wire = wire.with_headers(wire_table(&own.headers)?);
    }
    if let Some(priority) = own.priority {
        wire = wire.with_priority(priority);
    }
    if let Some(timestamp) = own.timestamp {
        wire = wire.with_timestamp(timestamp);
    }
    Ok(wire)
}

pub(crate) fn wire_table(own: &Fields) -> Result<FieldTable, Fault> {
    let mut table = FieldTable::default();
    for (name, value) in own {
        table.insert(short(name)?, wire_value(value)?);
    }
    Ok(table)
}

fn wire_value(value: &Value) -> Result<AMQPValue, Fault> {
    Ok(match value {
        Value::Null => AMQPValue::Void,
        Value::Bool(bool) => AMQPValue::Boolean(*bool),
        Value::Int(int) => AMQPValue::LongLongInt(*int),
        Value::Float(float) => AMQPValue::Double(*float),
        Value::Text(text) => AMQPValue::LongString(LongString::from(text.as_str())),
        // As a string, bytes that are valid UTF-8 would be read as text.
        Value::Bytes(bytes) if std::str::from_utf8(bytes).is_ok() => {
            AMQPValue::ByteArray(ByteArray::from(bytes.as_slice()))
        }
        Value::Bytes(bytes) => AMQPValue::LongString(LongString::from(bytes.as_slice())),
        Value::Timestamp(seconds) => AMQPValue::Timestamp(*seconds),
        Value::Decimal { scale, value } => {
            AMQPValue::DecimalValue(DecimalValue { scale: *scale, value: *value })
        }
        Value::List(list) => {
            let mut array = FieldArray::default();
            for value in list {
                array.push(wire_value(value)?);
            }
            AMQPValue::FieldArray(array)
        }
        Value::Table(table) => AMQPValue::FieldTable(wire_table(table)?),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::properties::Received;
    use super::*;

    #[test]
    fn properties_survive_the_way_out_and_back() {
        let nested =
            Fields::from([("reason".into(), Value::from("expired")), ("count".into(), Value::Int(2))]);
        let own = Properties {
            content_type: Some("application/json".into()),
            content_encoding: Some("identity".into()),
            headers: Fields::from([
                ("null".into(), Value::Null),
                ("bool".into(), Value::Bool(true)),
                ("int".into(), Value::Int(i64::MIN)),
                ("float".into(), Value::Float(-0.5)),
                ("text".into(), Value::from("é")),
                ("bytes".into(), Value::Bytes(vec![0xff, 0])),
                ("bytes that are text".into(), Value::Bytes(b"x".to_vec())),
                ("time".into(), Value::Timestamp(1_700_000_000)),
                ("decimal".into(), Value::Decimal { scale: 2, value: 314 }),
                ("x-death".into(), Value::List(vec![Value::Table(nested)])),
            ]),
            persistent: true,
            priority: Some(3),
            correlation_id: Some("c".into()),
            reply_to: Some("r".into()),
            expiration: Some("1000".into()),
            message_id: Some("m".into()),
            timestamp: Some(5),
            kind: Some("books.v1.BookService.GetBook".into()),
            user_id: Some("guest".into()),
            app_id: Some("polywire".into()),
        };
        let wire = wire_properties(&own).expect("everything fits");
        assert_eq!(Received::Wire(wire).to_properties(), own);
    }

    #[test]
    fn a_property_too_long_for_amqp_is_an_error_not_a_panic() {
        let own = Properties { correlation_id: Some("x".repeat(256)), ..Properties::default() };
        assert!(matches!(wire_properties(&own), Err(Fault::Invalid(_))));
        let headers = Fields::from([("h".repeat(300), Value::Null)]);
        assert!(matches!(wire_table(&headers), Err(Fault::Invalid(_))));
    }
}
