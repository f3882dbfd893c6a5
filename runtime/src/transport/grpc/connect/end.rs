//! The last envelope of a Connect stream: `{"error": …, "metadata": …}`.

use super::super::dialect::Ended;
use super::super::envelope::envelope;
use crate::call::metadata::Metadata;
use crate::call::metadata::reserved;
use crate::call::status::{Code, Result, Status};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

/// The flag of the envelope.
pub(super) const FLAG: u8 = 2;

/// Writes the whole envelope.
pub(super) fn write(outcome: Result<(), &Status>, metadata: Metadata) -> Bytes {
    let mut object = Map::new();
    if let Err(status) = outcome {
        object.insert("error".to_owned(), status.to_connect_json());
    }
    if !metadata.is_empty() {
        object.insert("metadata".to_owned(), write_metadata(reserved::strip(metadata.into_headers())));
    }
    envelope(FLAG, Value::Object(object).to_string().as_bytes()).freeze()
}

fn write_metadata(headers: HeaderMap) -> Value {
    let mut object = Map::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        object.insert(name.as_str().to_owned(), values.map(Value::from).collect());
    }
    Value::Object(object)
}

/// Reads the payload; `None` when it does not end a stream.
pub(super) fn read(json: &[u8]) -> Option<Ended> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(json) else { return None };
    let outcome = match object.remove("error") {
        None | Some(Value::Null) => Ok(()),
        Some(error) => Err(read_error(error, Code::Unknown)),
    };
    let trailers = object.remove("metadata").map(read_metadata).unwrap_or_default();
    Some(Ended { outcome, trailers: reserved::strip(trailers) })
}

/// Reads a status from an error's JSON.
pub(in super::super) fn read_error(error: Value, fallback: Code) -> Status {
    Status::from_connect_json(error, fallback)
}

/// Reads headers from an object of lists. Skips text that is not ASCII, and headers beyond the most that
/// there can be.
fn read_metadata(object: Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Value::Object(object) = object else { return headers };
    for (name, values) in object {
        let (Ok(name), Value::Array(values)) = (HeaderName::try_from(name), values) else { continue };
        for value in values.iter().filter_map(Value::as_str).filter(|value| value.is_ascii()) {
            let Ok(value) = HeaderValue::from_str(value) else { continue };
            if headers.try_append(name.clone(), value).is_err() {
                return headers;
            }
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_reads_back() {
        let mut metadata = Metadata::new();
        metadata.append("x-mine", "a").expect("metadata");
        metadata.append("x-mine", "b").expect("metadata");
        let bytes = write(Err(&Status::cancelled("enough")), metadata);
        assert_eq!(bytes[0], 2);
        let text = std::str::from_utf8(&bytes[5..]).expect("text");
        assert_eq!(
            text,
            r#"{"error":{"code":"canceled","message":"enough"},"metadata":{"x-mine":["a","b"]}}"#
        );
        let ended = read(&bytes[5..]).expect("an end");
        assert_eq!(ended.outcome, Err(Status::cancelled("enough")));
        assert_eq!(ended.trailers.get_all("x-mine").iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_value_that_is_no_metadata_is_passed_over() {
        let ended =
            read("{\"metadata\":{\"x-mine\":[\"a\",\"\u{b7}\",\"\\n\",\"b\"]}}".as_bytes()).expect("an end");
        assert_eq!(ended.trailers.get_all("x-mine").iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn more_metadata_than_headers_can_be_is_passed_over() {
        let mut json = "{\"metadata\":{".to_owned();
        for n in 0..40_000 {
            json += &format!("\"x{n}\":[\"\"],");
        }
        json += "\"y\":[]}}";
        let ended = read(json.as_bytes()).expect("an end");
        assert!((1..40_000).contains(&ended.trailers.len()), "{}", ended.trailers.len());
    }

    #[test]
    fn an_empty_object_is_success() {
        assert_eq!(&write(Ok(()), Metadata::new())[5..], b"{}");
        assert_eq!(read(b"{}").expect("an end").outcome, Ok(()));
        assert!(read(b"[]").is_none());
        assert!(read(b"").is_none());
    }
}
