//! CloudEvents 1.0: the structured mode in JSON (JSON event format, section 3), and the binary mode, whose attributes are
//! headers. There is no standard for AMQP 0-9-1, so the prefixes of three others are read.

use super::Opened;
use crate::call::delivered::CloudEvent;
use crate::call::input::Codec;
use crate::call::status::{Result, Status};
use crate::message::codec::json::bytes;
use crate::transport::amqp::broker::Delivery;
use crate::transport::amqp::properties::{Received, ValueRef};
use crate::transport::amqp::wire;
use ::bytes::Bytes;
use polywire_codegen::civil;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const STRUCTURED: &str = "application/cloudevents";
/// HTTP's prefix, and the two of AMQP 1.0.
const PREFIXES: [&str; 3] = ["ce-", "cloudEvents:", "cloudEvents_"];
const VERSION: &str = "1.0";

/// Whether the body holds the attributes too. Batches and other formats count, and are refused by name.
pub(super) fn is_structured(properties: &Received) -> bool {
    let text = properties.content_type().unwrap_or_default();
    text.get(..STRUCTURED.len()).is_some_and(|start| start.eq_ignore_ascii_case(STRUCTURED))
        && wire::essence(text).starts_with(STRUCTURED)
}

/// Opens an event whose body has the attributes and the data. The caller checked `is_structured`.
pub(super) fn structured(properties: &Received, body: &Bytes) -> Result<Opened> {
    let essence = wire::essence(properties.content_type().unwrap_or_default());
    if essence != "application/cloudevents+json" {
        return Err(unreadable(&format!(
            "`{essence}` is not read: publish one event as `application/cloudevents+json`, or its data with `ce-` headers"
        )));
    }
    let members: Members<'_> = serde_json::from_slice(body)
        .map_err(|error| unreadable(&format!("the body is no object in JSON: {error}")))?;
    let event = event(|name| attribute(&members, name))?;
    let (codec, body) = data(&members)?;
    Ok(Opened { codec, body, event: Some(Box::new(event)) })
}

/// Reads the attributes in the headers of an event whose body is the data. A message without `specversion` is none.
///
/// # Errors
/// `invalid_argument` when an attribute that must be there is missing, or the data is.
pub(super) fn binary(delivery: &Delivery) -> Result<Option<Box<CloudEvent>>> {
    let Some(prefix) = PREFIXES.into_iter().find(|prefix| header(delivery, prefix, "specversion").is_some())
    else {
        return Ok(None);
    };
    let event = event(|name| Ok(header(delivery, prefix, name)))?;
    if delivery.body.is_empty() {
        return Err(unreadable("it has no data: the body is empty"));
    }
    Ok(Some(Box::new(event)))
}

fn header(delivery: &Delivery, prefix: &str, name: &str) -> Option<String> {
    match delivery.properties.header(&format!("{prefix}{name}"))? {
        ValueRef::Text(text) => Some(text.to_owned()),
        ValueRef::Int(int) => Some(int.to_string()),
        ValueRef::Float(float) => Some(format!("{float:?}")),
        ValueRef::Timestamp(seconds) => Some(civil::format(i64::try_from(seconds).ok()?, 0)),
        ValueRef::Bool(_) | ValueRef::Bytes(_) | ValueRef::Other => None,
    }
}

/// The attributes, by a function that reads one by its name.
fn event(read: impl Fn(&str) -> Result<Option<String>>) -> Result<CloudEvent> {
    let needed = |name: &str| match read(name)? {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(unreadable(&format!("the attribute `{name}` is missing"))),
    };
    let version = needed("specversion")?;
    if version != VERSION {
        return Err(unreadable(&format!("version `{version}` is not known: publish version {VERSION}")));
    }
    Ok(CloudEvent {
        id: needed("id")?,
        source: needed("source")?,
        kind: needed("type")?,
        subject: read("subject")?,
        time: read("time")?,
    })
}

type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The member of this name. `null` is the same as none.
fn member<'a>(members: &Members<'a>, name: &str) -> Option<&'a RawValue> {
    members.get(name).copied().filter(|raw| raw.get() != "null")
}

fn attribute(members: &Members<'_>, name: &str) -> Result<Option<String>> {
    let read = |raw: &RawValue| serde_json::from_str::<String>(raw.get());
    let text = member(members, name).map(read).transpose();
    text.map_err(|_| unreadable(&format!("the attribute `{name}` is no text")))
}

/// The data and its encoding, which is JSON if the event does not say.
fn data(members: &Members<'_>) -> Result<(Codec, Bytes)> {
    let content_type = attribute(members, "datacontenttype")?;
    let codec = content_type.as_deref().map_or(Ok(Codec::Json), wire::codec_of)?;
    match (member(members, "data"), attribute(members, "data_base64")?) {
        (Some(_), Some(_)) => Err(unreadable("it has both `data` and `data_base64`: publish one of them")),
        (None, None) => Err(unreadable("it has no data: publish `data` or `data_base64`")),
        (Some(data), None) if codec == Codec::Json => Ok((codec, data.get().to_owned().into())),
        (Some(_), None) => Err(unreadable("its data is protobuf, which belongs into `data_base64`")),
        (None, Some(text)) => match bytes::decode(&text) {
            Some(data) => Ok((codec, data.into())),
            None => Err(unreadable("`data_base64` is no base64")),
        },
    }
}

fn unreadable(why: &str) -> Status {
    Status::invalid_argument(format!("the CloudEvent cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::super::open;
    use super::*;
    use crate::transport::amqp::properties::{Fields, Properties, Value};
    use std::sync::Arc;

    fn delivery(properties: Properties, body: &str) -> Delivery {
        Delivery {
            tag: 1,
            exchange: String::new(),
            routing_key: "q".into(),
            redelivered: false,
            properties: Received::Own(Arc::new(properties)),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    fn of_type(content_type: &'static str, body: &str) -> Result<Opened> {
        let properties = Properties { content_type: Some(content_type.into()), ..Properties::default() };
        open(&delivery(properties, body))
    }

    fn structured_with(rest: &str) -> Result<Opened> {
        let head = r#""specversion":"1.0","id":"1","source":"/s","type":"t""#;
        of_type("application/cloudevents+json; charset=utf-8", &format!("{{{head}{rest}}}"))
    }

    fn why(opened: Result<Opened>) -> String {
        opened.map(|_| ()).expect_err("refused").message().to_owned()
    }

    #[test]
    fn data_is_taken_out_of_a_structured_event() {
        let json = structured_with(r#","data":{"n": 1},"subject":"x","time":"2026-01-02T03:04:05Z","ext":7"#);
        let opened = json.expect("opened");
        assert_eq!((opened.codec, &*opened.body), (Codec::Json, br#"{"n": 1}"#.as_slice()));
        let event = opened.event.expect("an event");
        assert_eq!((event.id(), event.source(), event.kind(), event.subject()), ("1", "/s", "t", Some("x")));
        let since = event.time().expect("a time").duration_since(std::time::UNIX_EPOCH).expect("after it");
        assert_eq!(since.as_secs(), 1_767_323_045);
        let proto = structured_with(r#","datacontenttype":"application/protobuf","data_base64":"CAc=""#);
        let opened = proto.expect("opened");
        assert_eq!((opened.codec, &*opened.body), (Codec::Proto, b"\x08\x07".as_slice()));
        let packed = structured_with(r#","data_base64":"eyJuIjoxfQ==""#).expect("opened");
        assert_eq!((packed.codec, &*packed.body), (Codec::Json, br#"{"n":1}"#.as_slice()));
    }

    #[test]
    fn what_is_missing_or_wrong_is_told_by_name() {
        for (opened, said) in [
            (structured_with(""), "no data"),
            (structured_with(r#","data":null"#), "no data"),
            (structured_with(r#","data":{},"data_base64":"e30=""#), "both"),
            (structured_with(r#","data_base64":"%""#), "no base64"),
            (structured_with(r#","data_base64":7"#), "`data_base64` is no text"),
            (structured_with(r#","data":1,"datacontenttype":"application/protobuf""#), "`data_base64`"),
            (structured_with(r#","data":1,"datacontenttype":"image/png""#), "image/png"),
            (structured_with(r#","data":1,"subject":[]"#), "`subject` is no text"),
            (of_type("application/cloudevents+json", "[]"), "no object"),
            (of_type("application/cloudevents+json", ""), "no object"),
            (
                of_type("application/cloudevents+json", r#"{"specversion":"1.0","id":"1"}"#),
                "`source` is missing",
            ),
            (of_type("application/cloudevents+json", r#"{"specversion":"0.3"}"#), "`0.3`"),
            (of_type("application/cloudevents+json", r#"{"data":{}}"#), "`specversion` is missing"),
            (of_type("application/cloudevents-batch+json", "[]"), "cloudevents-batch+json"),
            (of_type("Application/CloudEvents+Protobuf", ""), "cloudevents+protobuf"),
        ] {
            let why = why(opened);
            assert!(why.contains(said), "{why} should contain {said}");
        }
    }

    #[test]
    fn headers_of_each_prefix_are_attributes() {
        for prefix in PREFIXES {
            let texts = ["specversion=1.0", "id=1", "source=/s", "type=t", "time=1970-01-01T00:00:01Z"];
            let mut headers: Fields = texts
                .iter()
                .filter_map(|text| text.split_once('='))
                .map(|(name, value)| (format!("{prefix}{name}"), Value::from(value)))
                .collect();
            let with = |headers: &Fields, body: &str| {
                open(&delivery(Properties { headers: headers.clone(), ..Properties::default() }, body))
            };
            let opened = with(&headers, "{}").expect("opened");
            let event = opened.event.expect("an event");
            assert_eq!((event.id(), event.source(), event.kind()), ("1", "/s", "t"));
            assert!(why(with(&headers, "")).contains("no data"));
            headers.insert(format!("{prefix}time"), Value::Timestamp(5));
            let event = with(&headers, "{}").expect("opened").event.expect("an event");
            assert_eq!(event.time(), Some(std::time::UNIX_EPOCH + std::time::Duration::from_secs(5)));
            headers.remove(&format!("{prefix}id"));
            assert!(why(with(&headers, "{}")).contains("`id` is missing"));
            headers.remove(&format!("{prefix}specversion"));
            assert!(with(&headers, "{}").expect("no event").event.is_none());
        }
    }
}
