//! A status as bytes: `google.rpc.Status` in protobuf and JSON, and Connect's error JSON.

use super::{Code, Detail, Status};
use crate::message::codec::{Reader, Wire, wire as proto};
use crate::message::error::DecodeError;
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine};
use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value, json};

impl Status {
    /// `google.rpc.Status` in protobuf: code 1, message 2, details 3 (`Any`: type URL 1, value 2).
    pub(crate) fn to_proto(&self) -> Bytes {
        let mut out = BytesMut::new();
        proto::put_tag(1, Wire::Varint, &mut out);
        proto::put_varint(self.code().number().into(), &mut out);
        put_bytes(2, self.message().as_bytes(), &mut out);
        for detail in self.details() {
            let mut any = BytesMut::new();
            put_bytes(1, detail.type_url().as_bytes(), &mut any);
            put_bytes(2, detail.proto().map_or(&[][..], |bytes| bytes), &mut any);
            put_bytes(3, &any, &mut out);
        }
        out.freeze()
    }

    /// Reads [`Status::to_proto`]; `None` when the code is 0 or unknown.
    pub(crate) fn from_proto(bytes: &Bytes) -> Result<Option<Self>, DecodeError> {
        let mut input = Reader::new(bytes);
        let (mut code, mut message, mut details) = (0, Bytes::new(), Vec::new());
        while let Some((number, wire)) = input.tag()? {
            match (number, wire) {
                (1, Wire::Varint) => code = input.varint()? as i32,
                (2, Wire::Len) => message = input.length_delimited()?,
                (3, Wire::Len) => details.push(read_any(&input.length_delimited()?)?),
                _ => input.skip(number, wire)?,
            }
        }
        let message = String::from_utf8_lossy(&message).into_owned();
        Ok(Code::from_number(code).map(|code| {
            details.into_iter().fold(Self::new(code, message), |status, detail| status.with_detail(detail))
        }))
    }

    /// `google.rpc.Status` in JSON, which REST, WebSocket and AMQP carry.
    pub(crate) fn to_json(&self) -> Value {
        let details: Vec<Value> = self.details().iter().map(Detail::to_any_json).collect();
        json!({ "code": self.code().number(), "message": self.message(), "details": details })
    }

    /// Reads [`Status::to_json`]; `None` when `value` is no status.
    pub(crate) fn from_json(value: Value) -> Option<Self> {
        let Value::Object(mut object) = value else { return None };
        let code = Code::from_number(i32::try_from(object.get("code")?.as_i64()?).ok()?)?;
        let mut status = Self::new(code, take_text(&mut object, "message"));
        for detail in take_list(&mut object, "details") {
            if let Value::Object(any) = detail {
                status.0.details.extend(Detail::from_any_json(any));
            }
        }
        Some(status)
    }

    /// Connect's error JSON (Connect protocol, "Error"): the code's name, details as type, base64 value and debug.
    pub(crate) fn to_connect_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("code".to_owned(), connect_name(self.code()).into());
        if !self.message().is_empty() {
            object.insert("message".to_owned(), self.message().into());
        }
        let detail = |detail: &Detail| {
            let value = detail.proto().map(|bytes| BASE64_STANDARD_NO_PAD.encode(bytes)).unwrap_or_default();
            let mut object = json!({ "type": detail.type_name(), "value": value });
            if let Some(debug) = detail.json() {
                object["debug"] = debug.clone();
            }
            object
        };
        if !self.details().is_empty() {
            object.insert("details".to_owned(), self.details().iter().map(detail).collect());
        }
        Value::Object(object)
    }

    /// Reads Connect's error JSON. `fallback` is the code if the JSON names none.
    pub(crate) fn from_connect_json(value: Value, fallback: Code) -> Self {
        let Value::Object(mut object) = value else { return Self::new(fallback, "") };
        let code = object.get("code").and_then(Value::as_str).and_then(from_connect_name).unwrap_or(fallback);
        let mut status = Self::new(code, take_text(&mut object, "message"));
        for detail in take_list(&mut object, "details") {
            let (name, value) = (detail["type"].as_str(), detail["value"].as_str());
            if let (Some(name), Some(bytes)) =
                (name, value.and_then(crate::message::codec::json::bytes::decode))
            {
                status.0.details.push(Detail::from_proto(name, bytes.into()));
            }
        }
        status
    }
}

/// Connect spells `canceled` with one l.
fn connect_name(code: Code) -> &'static str {
    if code == Code::Cancelled { "canceled" } else { code.as_str() }
}

fn from_connect_name(name: &str) -> Option<Code> {
    if name == "canceled" { Some(Code::Cancelled) } else { Code::from_name(name) }
}

fn put_bytes(number: u32, bytes: &[u8], out: &mut BytesMut) {
    if !bytes.is_empty() {
        proto::put_tag(number, Wire::Len, out);
        proto::put_varint(bytes.len() as u64, out);
        out.extend_from_slice(bytes);
    }
}

fn read_any(bytes: &Bytes) -> Result<Detail, DecodeError> {
    let mut input = Reader::new(bytes);
    let (mut url, mut value) = (Bytes::new(), Bytes::new());
    while let Some((number, wire)) = input.tag()? {
        match (number, wire) {
            (1, Wire::Len) => url = input.length_delimited()?,
            (2, Wire::Len) => value = input.length_delimited()?,
            _ => input.skip(number, wire)?,
        }
    }
    Ok(Detail::from_proto(String::from_utf8_lossy(&url), value))
}

fn take_text(object: &mut Map<String, Value>, key: &str) -> String {
    match object.remove(key) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

fn take_list(object: &mut Map<String, Value>, key: &str) -> Vec<Value> {
    match object.remove(key) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Status {
        Status::not_found("no book 7 – é")
            .with_detail(Detail::from_proto("books.BookError", Bytes::from_static(&[10, 2, 8, 7])))
    }

    #[test]
    fn every_form_reads_back_as_it_was_written() {
        let status = sample();
        assert_eq!(Status::from_proto(&status.to_proto()), Ok(Some(status.clone())));
        assert_eq!(Status::from_json(status.to_json()), Some(status.clone()));
        assert_eq!(Status::from_connect_json(status.to_connect_json(), Code::Unknown), status);
    }

    #[test]
    fn a_status_of_code_zero_is_no_error() {
        assert_eq!(Status::from_proto(&Bytes::new()), Ok(None));
        assert!(Status::from_proto(&Bytes::from_static(&[18, 255])).is_err());
    }
}
