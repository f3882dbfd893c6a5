//! Reads what a client sends. Every refusal names the member of JSON-RPC that is wrong.

use super::super::{Heard, Inbound, Invocation, Refused};
use super::Position;
use super::members::{Members, fault, invalid, object, present};
use super::scan;
use super::{CANCEL, END, GRANT, ITEM, Id, MAX_ID, metadata};
use crate::call::limits::Limits;
use crate::call::status::Status;
use crate::log::Quoted;
use bytes::{BufMut, Bytes, BytesMut};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The params of a notification that is not a call.
#[derive(Deserialize)]
struct Control<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    subscription: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    item: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    items: Option<&'a RawValue>,
}

pub(super) fn parse<'m>(message: &'m Utf8Bytes, limits: &Limits) -> Inbound<'m, Id> {
    let text = message.as_str();
    if !text.trim_start().starts_with('[') {
        return Inbound::One(one(text, message, limits));
    }
    match serde_json::from_str::<Batch<'_>>(text) {
        Err(error) => Inbound::One(refused(None, fault(&error))),
        Ok(Batch { requests, .. }) if requests.is_empty() => {
            Inbound::One(refused(None, invalid("a batch without a request")))
        }
        Ok(Batch { requests, more }) if more || requests.len() > limits.ws_calls => {
            let text = format!("a batch may hold {} requests at most", limits.ws_calls.min(MOST));
            Inbound::One(refused(None, invalid(text)))
        }
        Ok(Batch { requests, .. }) => {
            Inbound::Batch(requests.into_iter().map(|request| one(request.get(), message, limits)).collect())
        }
    }
}

fn one<'m>(text: &'m str, message: &'m Utf8Bytes, limits: &Limits) -> Heard<'m, Id> {
    let members = match scan::members(text) {
        Ok(members) => members,
        Err(refusal) => return refused(None, refusal),
    };
    // We send clients no requests, so we expect no responses.
    if members.is_response() {
        return Heard::Nothing;
    }
    let Some(raw) = members.id else {
        return notification(&members, message, limits).unwrap_or_else(|refusal| refused(None, refusal));
    };
    let Some(id) = id(raw) else {
        return refused(None, invalid("member `id` must be a string of at most 256 bytes, a number or null"));
    };
    match call(&members, message, limits) {
        Ok(call) => Heard::Call(Invocation { id: Some(id), ..call }),
        Err(refusal) => refused(Some(id), refusal),
    }
}

/// Reads a message without an id. It has no answer, whatever is wrong with it, as long as it is a request
/// (JSON-RPC, section 4.1).
fn notification<'m>(
    members: &Members<'m>,
    message: &Utf8Bytes,
    limits: &Limits,
) -> Result<Heard<'m, Id>, Refused> {
    let (method, params) = (method(members)?, params(members)?);
    match method.as_ref() {
        ITEM | END | GRANT | CANCEL => Ok(control(&method, params, message)),
        // Methods that begin so are implementation-dependent, and may be ignored (as in the language server
        // protocol).
        other if other.starts_with("$/") => Ok(Heard::Nothing),
        _ => Ok(call(members, message, limits).map_or_else(|refusal| unanswered(&refusal), Heard::Call)),
    }
}

fn unanswered<'m>(Refused { status, .. }: &Refused) -> Heard<'m, Id> {
    tracing::debug!(status = %Quoted(status), "a notification is not accepted here");
    Heard::Nothing
}

fn call<'m>(
    members: &Members<'m>,
    message: &Utf8Bytes,
    limits: &Limits,
) -> Result<Invocation<'m, Id>, Refused> {
    let (method, params) = (method(members)?, params(members)?);
    let body = params.map(|params| slice(message, params));
    let metadata = match members.metadata {
        None => None,
        Some(object) => Some(metadata::read(object, limits.header_size as usize).map_err(beside)?),
    };
    let timeout = whole("timeoutMs", members.timeout_ms)?.map(Duration::from_millis);
    let window = whole("window", members.window)?;
    Ok(Invocation { id: None, method, body, timeout, metadata, window })
}

fn beside(what: String) -> Refused {
    invalid(format!("member `metadata`: {what}"))
}

/// The params, which are an array, an object, or absent (section 4.2).
fn params<'m>(members: &Members<'m>) -> Result<Option<&'m str>, Refused> {
    match members.params {
        None | Some("null") => Ok(None),
        Some(params) if params.starts_with(['{', '[']) => Ok(Some(params)),
        Some(_) => Err(invalid("member `params` must be an object or an array")),
    }
}

/// The bytes of a part of the message.
fn slice(message: &Utf8Bytes, part: &str) -> Bytes {
    let bytes: &Bytes = message.as_ref();
    bytes.slice_ref(part.as_bytes())
}

/// A member that is a number without sign, fraction or exponent.
fn whole<T: FromStr>(name: &str, raw: Option<&str>) -> Result<Option<T>, Refused> {
    let number = |raw: &str| {
        raw.parse()
            .map_err(|_| invalid(format!("member `{name}` must be a whole number, not {}", brief(raw))))
    };
    raw.map(number).transpose()
}

/// The part of a text that an error repeats.
fn brief(raw: &str) -> &str {
    raw.char_indices().nth(40).map_or(raw, |(end, _)| &raw[..end])
}

/// Reads a notification that is not a call. A faulty one fails the call that it names: no item may be lost
/// unseen.
fn control<'m>(method: &str, params: Option<&str>, message: &Utf8Bytes) -> Heard<'m, Id> {
    let params = params.unwrap_or("null");
    let params: Control<'_> = match object("member `params`", params) {
        Ok(params) => params,
        Err(refusal) => return unanswered(&refusal),
    };
    let named =
        if method == GRANT { params.subscription.or(params.id) } else { params.id.or(params.subscription) };
    let Some(id) = named.and_then(|raw| id(raw.get())) else {
        return unanswered(&invalid("params: member `id` is missing, or is not an id"));
    };
    let broken = |id, what: &str| Heard::Broken {
        id,
        status: Status::invalid_argument(format!("{method}: params: member {what}")),
    };
    match method {
        END => Heard::End { id },
        CANCEL => Heard::Cancel { id },
        GRANT => match params.items.map(|items| items.get().parse()) {
            Some(Ok(items)) => Heard::Grant { id, items },
            _ => broken(id, "`items` must be a whole number under 2^32"),
        },
        _ => match params.item {
            Some(item) => Heard::Item { id, body: slice(message, item.get()) },
            None => broken(id, "`item` is missing"),
        },
    }
}

/// The params of a request to end a subscription: `[1]`, or `{"subscription":1}`.
pub(super) fn subscription(params: &Bytes) -> Option<Id> {
    let text = std::str::from_utf8(params).ok()?;
    if text.starts_with('[') {
        let Batch { requests, .. } = serde_json::from_str(text).ok()?;
        return requests.first().and_then(|raw| id(raw.get()));
    }
    let params: Control<'_> = object("member `params`", text).ok()?;
    params.subscription.or(params.id).and_then(|raw| id(raw.get()))
}

fn method<'m>(members: &Members<'m>) -> Result<Cow<'m, str>, Refused> {
    if members.jsonrpc != Some("\"2.0\"") {
        return Err(invalid("member `jsonrpc` must be \"2.0\""));
    }
    let raw = members.method.ok_or_else(|| invalid("member `method` is missing"))?;
    let plain = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    match plain {
        None => Err(invalid("member `method` must be a string")),
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        Some(_) => {
            serde_json::from_str(raw).map(Cow::Owned).map_err(|_| invalid("member `method` must be a string"))
        }
    }
}

/// Reads an id: a number, a text, or `null`, short enough to keep.
fn id(text: &str) -> Option<Id> {
    let kind = matches!(text.as_bytes().first()?, b'"' | b'-' | b'0'..=b'9') || text == "null";
    (kind && text.len() <= MAX_ID).then(|| Id(text.into()))
}

fn refused<'m>(id: Option<Id>, Refused { fault, status }: Refused) -> Heard<'m, Id> {
    Heard::Refused { id, fault, status }
}

/// The most requests that are kept of a batch: more than any server would run at once.
const MOST: usize = 10_000;

/// The requests of a batch, not read yet.
struct Batch<'a> {
    requests: Vec<&'a RawValue>,
    /// Whether there were more than [`MOST`].
    more: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for Batch<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Requests;
        impl<'de> Visitor<'de> for Requests {
            type Value = Batch<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of requests")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Batch<'de>, A::Error> {
                let mut requests = Vec::new();
                while requests.len() < MOST {
                    match seq.next_element()? {
                        Some(request) => requests.push(request),
                        None => return Ok(Batch { requests, more: false }),
                    }
                }
                let mut more = false;
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    more = true;
                }
                Ok(Batch { requests, more })
            }
        }
        input.deserialize_seq(Requests)
    }
}

pub(super) fn by_position(array: &Bytes, position: &Position) -> Option<Bytes> {
    let Batch { requests: values, more } = serde_json::from_slice(array).ok()?;
    if more || values.len() > position.most() {
        return None;
    }
    let Position::Fields(fields) = position else {
        return values.first().map(|value| array.slice_ref(value.get().as_bytes()));
    };
    let mut object = BytesMut::from(&b"{"[..]);
    for (at, (field, value)) in fields.iter().zip(values).enumerate() {
        if at > 0 {
            object.put_u8(b',');
        }
        // The names of fields need no escapes.
        object.put_u8(b'"');
        object.put_slice(field.as_bytes());
        object.put_slice(b"\":");
        object.put_slice(value.get().as_bytes());
    }
    object.put_u8(b'}');
    Some(object.freeze())
}

#[cfg(test)]
mod tests {
    use super::super::super::Fault;
    use super::*;

    fn read(text: &str) -> Heard<'static, Id> {
        let message = Box::leak(Box::new(Utf8Bytes::from(text)));
        match parse(message, &Limits::default()) {
            Inbound::One(heard) => heard,
            Inbound::Batch(batch) => panic!("a batch of {}", batch.len()),
        }
    }

    fn fault(text: &str) -> (Option<String>, Fault) {
        match read(text) {
            Heard::Refused { id, fault, .. } => (id.map(|id| id.0.into()), fault),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_is_told_of_a_notification_is_one_line() {
        let kept = crate::log::tests::Kept::default();
        tracing::subscriber::with_default(kept.clone(), || {
            let text =
                r#"{"jsonrpc":"2.0","method":"a.A.B","timeoutMs":["#.to_owned() + "\n\"WARN forged\"]}";
            assert!(matches!(read(&text), Heard::Nothing));
        });
        let told = kept.at(tracing::Level::DEBUG);
        assert!(told.iter().any(|text| text.contains("forged")), "{told:?}");
        assert!(told.iter().all(|text| !text.contains('\n')), "{told:?}");
    }

    #[test]
    fn a_call_is_read_as_it_was_written() {
        let text = r#" {"jsonrpc":"2.0","id":"\u0061","method":"a.B.C","params":{"x":[1]},"timeoutMs":5,
            "metadata":{"k":"v"},"window":3,"other":true} "#;
        let Heard::Call(call) = read(text) else { panic!("no call") };
        assert_eq!(call.id, Some(Id(r#""\u0061""#.into())));
        assert_eq!((call.method.as_ref(), call.window), ("a.B.C", Some(3)));
        assert_eq!(call.body.as_deref(), Some(&br#"{"x":[1]}"#[..]));
        assert_eq!(call.timeout, Some(Duration::from_millis(5)));
        assert_eq!(call.metadata.expect("metadata").get("k"), Some("v"));
    }

    #[test]
    fn null_is_an_id_and_its_absence_a_notification() {
        let Heard::Call(call) = read(r#"{"jsonrpc":"2.0","id":null,"method":"m"}"#) else {
            panic!("no call")
        };
        assert_eq!(call.id, Some(Id("null".into())));
        let Heard::Call(call) = read(r#"{"jsonrpc":"2.0","method":"m","params":null}"#) else {
            panic!("no call")
        };
        assert_eq!((call.id, call.body), (None, None));
    }

    #[test]
    fn what_is_no_json_is_told_from_what_is_no_request() {
        for text in ["", "{", "{]", "[1", r#"{"id":1}x"#, "\u{0}"] {
            assert_eq!(fault(text), (None, Fault::Malformed), "{text}");
        }
        for text in ["7", "\"x\"", "null", "[]", r#"{"id":1,"id":2}"#, r#"{"id":{}}"#, r#"{"id":true}"#] {
            assert_eq!(fault(text), (None, Fault::Invalid), "{text}");
        }
        for text in [
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"id":1,"method":"m"}"#,
            r#"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"m","params":7}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"m","metadata":7}"#,
        ] {
            assert_eq!(fault(text), (Some("1".to_owned()), Fault::Invalid), "{text}");
        }
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"m"}}"#, "x".repeat(MAX_ID));
        assert_eq!(fault(&long), (None, Fault::Invalid));
    }

    #[test]
    fn controls_are_read_and_faulty_ones_refused() {
        let control = |method: &str, params: &str| {
            read(&format!(r#"{{"jsonrpc":"2.0","method":"$/{method}","params":{params}}}"#))
        };
        assert!(
            matches!(control("stream/item", r#"{"id":1,"item":null}"#), Heard::Item { body, .. } if body == "null")
        );
        assert!(matches!(control("stream/end", r#"{"id":1}"#), Heard::End { .. }));
        assert!(matches!(control("cancelRequest", r#"{"id":"a"}"#), Heard::Cancel { .. }));
        let grant = control("stream/grant", r#"{"subscription":"s","items":4}"#);
        assert!(matches!(grant, Heard::Grant { id, items: 4 } if &*id.0 == "\"s\""));
        assert!(matches!(control("setTrace", "{}"), Heard::Nothing));
        for (method, params) in [
            ("stream/item", r#"{"id":1}"#),
            ("stream/grant", r#"{"id":1}"#),
            ("stream/grant", r#"{"id":1,"items":-1}"#),
            ("stream/grant", r#"{"id":1,"items":"2"}"#),
        ] {
            let heard = control(method, params);
            assert!(
                matches!(&heard, Heard::Broken { id, .. } if &*id.0 == "1"),
                "{method} {params} {heard:?}"
            );
        }
    }

    #[test]
    fn a_notification_is_never_answered_whatever_is_wrong_with_it() {
        for (method, params) in [
            ("$/stream/item", "[]"),
            ("$/stream/item", r#"[1,null,{"a":1}]"#),
            ("$/stream/item", "null"),
            ("$/stream/end", "{}"),
            ("$/stream/end", r#"{"id":1,"id":1}"#),
            ("$/cancelRequest", "{}"),
            ("$/cancelRequest", "[1]"),
            ("$/cancelRequest", r#"{"id":[]}"#),
            ("$/stream/grant", r#"{"items":1}"#),
            ("$/setTrace", "{}"),
        ] {
            let heard = read(&format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}}}"#));
            assert!(matches!(heard, Heard::Nothing), "{method} {params} {heard:?}");
        }
        for beside in [r#""timeoutMs":-1"#, r#""metadata":[]"#, r#""window":"x""#] {
            let heard = read(&format!(r#"{{"jsonrpc":"2.0","method":"m",{beside}}}"#));
            assert!(matches!(heard, Heard::Nothing), "{beside} {heard:?}");
        }
    }

    #[test]
    fn a_response_is_never_answered() {
        for text in [
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
            r#"{"jsonrpc":"2.0","id":"a","error":{"code":-32600,"message":"no"}}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":null}"#,
            r#"{"id":1,"result":1,"error":2}"#,
        ] {
            assert!(matches!(read(text), Heard::Nothing), "{text}");
        }
    }

    #[test]
    fn a_refusal_speaks_of_the_protocol() {
        let call = |beside: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m",{beside}}}"#);
        for (text, said) in [
            ("[[\"2.0\",5,\"m\",[1]]]", "a request must be an object"),
            ("7", "a request must be an object"),
            ("\"x\"", "a request must be an object"),
            ("{", "the message is not JSON"),
            ("[1", "the message is not JSON"),
            (r#"{"jsonrpc":"2.0","id":1,"id":1,"method":"m"}"#, "member `id` must appear once"),
            (r#"{"jsonrpc":2.0,"id":1,"method":"m"}"#, "member `jsonrpc` must be"),
            (r#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, "member `id` must be a string"),
            (r#"{"jsonrpc":"2.0","id":1,"method":["m"]}"#, "member `method` must be a string"),
            (r#"{"jsonrpc":"2.0","id":1}"#, "member `method` is missing"),
            (&call(r#""params":"x""#), "member `params` must be an object or an array"),
            (&call(r#""timeoutMs":"5s""#), "member `timeoutMs` must be a whole number"),
            (&call(r#""window":1.5"#), "member `window` must be a whole number"),
            (&call(r#""metadata":[["a","b"]]"#), "member `metadata`"),
            (&call(r#""metadata":{"a":7}"#), "member `metadata`"),
        ] {
            let heard = match parse(Box::leak(Box::new(Utf8Bytes::from(text))), &Limits::default()) {
                Inbound::One(heard) => heard,
                Inbound::Batch(mut batch) => batch.pop().expect("a request"),
            };
            let Heard::Refused { status, .. } = heard else { panic!("{text}: {heard:?}") };
            assert!(status.message().contains(said), "{text}: {status}");
            assert!(!status.message().contains("expected struct"), "{text}: {status}");
        }
    }

    #[test]
    fn a_batch_is_bounded() {
        let message = |count: usize| Utf8Bytes::from(format!("[{}]", vec!["0"; count].join(",")));
        let limits = Limits { ws_calls: 4, ..Limits::default() };
        assert!(matches!(parse(&message(4), &limits), Inbound::Batch(batch) if batch.len() == 4));
        for count in [5, MOST, MOST + 1] {
            assert!(matches!(
                parse(&message(count), &limits),
                Inbound::One(Heard::Refused { fault: Fault::Invalid, .. })
            ));
        }
    }

    #[test]
    fn of_a_request_that_is_no_object_the_only_value_is_the_whole() {
        let whole = |text: &'static str| by_position(&Bytes::from_static(text.as_bytes()), &Position::Whole);
        assert_eq!(whole(r#"["2026-01-02T03:04:05Z"]"#).as_deref(), Some(&br#""2026-01-02T03:04:05Z""#[..]));
        assert_eq!(whole("[[1, 2]]").as_deref(), Some(&b"[1, 2]"[..]));
        assert_eq!((whole("[]"), whole("[1, 2]")), (None, None));
    }

    #[test]
    fn values_by_position_take_the_names_of_the_fields() {
        let fields = Position::Fields(vec!["id".to_owned(), "title".to_owned()]);
        let named = |text: &'static str| by_position(&Bytes::from_static(text.as_bytes()), &fields);
        assert_eq!(named(r#"[7, "x"]"#).as_deref(), Some(&br#"{"id":7,"title":"x"}"#[..]));
        assert_eq!(named("[7]").as_deref(), Some(&br#"{"id":7}"#[..]));
        assert_eq!(named("[]").as_deref(), Some(&b"{}"[..]));
        assert_eq!(named("[1,2,3]"), None);
    }
}
