//! A request on its way in: content type, size and time of its body, and what of the message is where.

use super::response::Failure;
use super::{Endpoint, RuleBody};
use crate::input::{Codec, HttpBody, HttpInput, Input};
use crate::memory::Memory;
use crate::net::RequestBody;
use crate::net::intake::Patience;
use crate::status::Status;
use crate::transport::paths::variables;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode, request::Parts};
use http_body::Body as _;

/// What the body of a request may take.
pub(super) struct Intake<'a> {
    pub(super) limit: usize,
    pub(super) patience: Patience,
    pub(super) memory: &'a mut Memory,
}

impl Endpoint {
    /// The parts of the request that are the message, its body read.
    pub(super) async fn input(
        &self,
        parts: &Parts,
        body: RequestBody,
        intake: Intake<'_>,
    ) -> Result<Input, Failure> {
        let variables = match self.path {
            Some(template) => variables(template, parts.uri.path()).map_err(Status::from)?,
            None => Vec::new(),
        };
        let body = match self.body {
            RuleBody::None => HttpBody::None,
            RuleBody::Whole => HttpBody::Whole(json(&parts.headers, body, intake).await?),
            RuleBody::Field(field) => HttpBody::Field(field, json(&parts.headers, body, intake).await?),
        };
        Ok(match body {
            HttpBody::Whole(json) if variables.is_empty() && !json.is_empty() => {
                Input::Encoded(Codec::Json, json)
            }
            body => Input::Http(HttpInput { variables, query: parts.uri.query().map(str::to_owned), body }),
        })
    }
}

/// The whole body, which must be JSON unless it is empty.
async fn json(
    headers: &HeaderMap,
    body: RequestBody,
    Intake { limit, patience, memory }: Intake<'_>,
) -> Result<Bytes, Failure> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let media = media_type(headers);
    if !media.is_none_or(is_json) {
        return Err(unsupported(media, "application/json"));
    }
    not_compressed(headers)?;
    let bytes = body.collect(limit, patience, memory).await?;
    if media.is_none() && !bytes.is_empty() {
        return Err(unsupported(None, "application/json"));
    }
    Ok(bytes)
}

/// Compressed requests are not read: what they inflate to could not be bounded before.
pub(super) fn not_compressed(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            let text = "compressed bodies are not read here; send it without content-encoding";
            Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Status::invalid_argument(text)))
        }
        _ => Ok(()),
    }
}

/// The content type without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().unwrap_or("?");
    Some(value.split(';').next().unwrap_or_default().trim())
}

fn is_json(media: &str) -> bool {
    let suffix = media.len().checked_sub("+json".len()).and_then(|at| media.get(at..));
    media.eq_ignore_ascii_case("application/json")
        || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json"))
}

pub(super) fn unsupported(media: Option<&str>, expected: &str) -> Failure {
    let text = match media {
        Some(media) => format!("content type `{media}` is not read here; send {expected}"),
        None => format!("the body has no content type; send {expected}"),
    };
    Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Status::invalid_argument(text))
}
