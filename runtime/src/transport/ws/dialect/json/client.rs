//! The client's half. Its ids are numbers. A server may answer in its own way, as long as a subscription is
//! the id.

use super::super::Refused;
use super::super::client::{ClientDialect, Outcall, ServerMessage, Told};
use super::members::{object, present};
use super::{CANCEL, END, GRANT, ITEM, Json, code_of_number, metadata};
use crate::call::metadata::Metadata;
use crate::call::spec::Method;
use crate::call::status::Status;
use crate::message::wkt;
use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::Write;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The most metadata accepted from a server, in bytes: the same as a server accepts from us.
const METADATA: usize = 16 << 10;

impl ClientDialect for Json {
    fn call(call: &Outcall<'_>) -> Bytes {
        let body = call.body.as_deref().unwrap_or_default();
        let mut out = BytesMut::with_capacity(body.len() + 160);
        let (service, name) = call.method.full_name().split_once('/').unwrap_or_default();
        put(&mut out, format_args!(r#"{{"jsonrpc":"2.0","id":{},"method":"{service}.{name}""#, call.id));
        if !body.is_empty() {
            let (open, close) =
                if wkt::is_no_object(&call.method.model().input) { ("[", "]") } else { ("", "") };
            put(&mut out, format_args!(r#","params":{open}"#));
            out.extend_from_slice(body);
            out.extend_from_slice(close.as_bytes());
        }
        if let Some(timeout) = call.timeout {
            // The rest of a millisecond must not become 0, which means "no limit".
            put(&mut out, format_args!(r#","timeoutMs":{}"#, timeout.as_millis().max(1)));
        }
        metadata::put_member("metadata", call.metadata, &mut out);
        if let Some(window) = call.window {
            put(&mut out, format_args!(r#","window":{window}"#));
        }
        out.extend_from_slice(b"}");
        out.freeze()
    }

    fn item(id: u64, body: &Bytes) -> Bytes {
        let mut out = BytesMut::with_capacity(body.len() + 96);
        put(&mut out, format_args!(r#"{{"jsonrpc":"2.0","method":"{ITEM}","params":{{"id":{id},"item":"#));
        out.extend_from_slice(body);
        out.extend_from_slice(b"}}");
        out.freeze()
    }

    fn end(id: u64) -> Bytes {
        format!(r#"{{"jsonrpc":"2.0","method":"{END}","params":{{"id":{id}}}}}"#).into()
    }

    fn cancel(id: u64) -> Bytes {
        format!(r#"{{"jsonrpc":"2.0","method":"{CANCEL}","params":{{"id":{id}}}}}"#).into()
    }

    fn grant(id: u64, items: u32) -> Bytes {
        format!(r#"{{"jsonrpc":"2.0","method":"{GRANT}","params":{{"subscription":{id},"items":{items}}}}}"#)
            .into()
    }

    fn understand(message: &Utf8Bytes) -> Option<ServerMessage> {
        let members: Members<'_> = object("a message", message).ok()?;
        let message: &Bytes = message.as_ref();
        if let (Some(method), Some(params)) = (&members.method, members.params) {
            return notification(method, params, message);
        }
        let told = match (members.result, members.error) {
            (_, Some(error)) => Told::Failed(failure(error)),
            (Some(result), None) => Told::Result(message.slice_ref(result.get().as_bytes())),
            (None, None) => return None,
        };
        let (headers, trailers) = (read(members.metadata), read(members.trailers));
        Some(ServerMessage { id: members.id?, told, headers, trailers })
    }

    fn whole(method: &Method, body: Bytes) -> Bytes {
        let Some(field) = method.wrapped else { return body };
        let mut out = BytesMut::with_capacity(body.len() + field.len() + 8);
        put(&mut out, format_args!(r#"{{"{field}":"#));
        out.extend_from_slice(&body);
        out.extend_from_slice(b"}");
        out.freeze()
    }
}

fn put(out: &mut BytesMut, text: std::fmt::Arguments<'_>) {
    // Writing text into a `BytesMut` does not fail: it grows.
    let _ = out.write_fmt(text);
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Members<'a> {
    id: Option<u64>,
    #[serde(borrow, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    trailers: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Params<'a> {
    id: Option<u64>,
    subscription: Option<u64>,
    #[serde(borrow, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    end: bool,
    items: u32,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    trailers: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Failure<'a> {
    code: i64,
    message: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl Failure<'_> {
    /// The status in `data`. Without one, the status that the number stands for.
    fn into_status(self) -> Status {
        let data = self.data.and_then(|data| serde_json::from_str(data.get()).ok());
        data.and_then(Status::from_json)
            .unwrap_or_else(|| Status::new(code_of_number(self.code), self.message))
    }
}

/// The error of an answer. A failed call stays failed, in whatever form the server reports it.
fn failure(error: &RawValue) -> Status {
    object::<Failure<'_>>("member `error`", error.get()).map_or_else(
        |Refused { status, .. }| {
            Status::internal(format!("the server sent an error that cannot be read: {status}"))
        },
        Failure::into_status,
    )
}

fn notification(method: &str, params: &RawValue, message: &Bytes) -> Option<ServerMessage> {
    let params: Params<'_> = object("params", params.get()).ok()?;
    let told = match (params.result, params.error) {
        _ if method == GRANT => Told::Granted(params.items),
        (_, Some(error)) => Told::Failed(failure(error)),
        (Some(result), None) => Told::Item(message.slice_ref(result.get().as_bytes())),
        (None, None) if params.end => Told::Ended,
        (None, None) => Told::Headers,
    };
    let (headers, trailers) = (read(params.metadata), read(params.trailers));
    Some(ServerMessage { id: params.subscription.or(params.id)?, told, headers, trailers })
}

/// Reads metadata; metadata that a client cannot read is left out.
fn read(object: Option<&RawValue>) -> Metadata {
    object.and_then(|object| metadata::read(object.get(), METADATA).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &'static str) -> Option<(u64, Told)> {
        Json::understand(&Utf8Bytes::from_static(text)).map(|answer| (answer.id, answer.told))
    }

    #[test]
    fn what_a_server_says_is_understood() {
        assert_eq!(
            told(r#"{"jsonrpc":"2.0","id":7,"result":{"a":1}}"#),
            Some((7, Told::Result(r#"{"a":1}"#.into())))
        );
        let item = r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":7,"result":null}}"#;
        assert_eq!(told(item), Some((7, Told::Item("null".into()))));
        let item = r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":7,"result":[]}}"#;
        assert_eq!(told(item), Some((7, Told::Item("[]".into()))));
        assert_eq!(told(r#"{"method":"m","params":{"subscription":7,"end":true}}"#), Some((7, Told::Ended)));
        assert_eq!(
            told(r#"{"method":"$/stream/grant","params":{"id":7,"items":3}}"#),
            Some((7, Told::Granted(3)))
        );
        let status = Status::not_found("no");
        let error = r#"{"id":7,"error":{"code":-32005,"message":"no","data":{"code":5,"message":"no","details":[]}}}"#;
        assert_eq!(told(error), Some((7, Told::Failed(status.clone()))));
        assert_eq!(
            told(r#"{"id":7,"error":{"code":-32005,"message":"no"}}"#),
            Some((7, Told::Failed(status)))
        );
    }

    #[test]
    fn what_cannot_be_used_is_passed_over() {
        for text in [
            "",
            "7",
            "{}",
            r#"{"id":null,"error":{"code":-32700}}"#,
            r#"{"id":7}"#,
            r#"{"id":-1,"result":1}"#,
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
