//! A request on its way in: the content type, size and time of its body, and where the parts of its message
//! are.

use super::packing;
use super::response::Failure;
use super::table::Endpoint;
use crate::call::budget::Reservation;
use crate::call::compression::{Compression, Compressions};
use crate::call::context::Context;
use crate::call::form::{HttpBody, HttpInput};
use crate::call::input::{Arrival, Arrived, Codec, Input};
use crate::call::refusal;
use crate::call::status::Status;
use crate::net::RequestBody;
use crate::net::intake::Patience;
use crate::transport::paths::variables;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode, request::Parts};
use http_body::Body as _;
use polywire_codegen::transport::http::Body as RuleBody;

/// The limits for the body of a request.
pub(super) struct Intake {
    pub(super) limit: usize,
    pub(super) patience: Patience,
    pub(super) memory: Reservation,
}

/// A request whose head is read: the parts of the message in the head, and the body that holds the rest.
pub(super) struct Request {
    variables: Vec<(&'static str, String)>,
    query: Option<String>,
    rule: &'static RuleBody,
    /// The body; `None` if there is nothing to wait for.
    body: Option<Typed>,
}

/// A body that is JSON, or has no content type and must be empty.
struct Typed {
    body: RequestBody,
    is_json: bool,
    packed: Option<Compression>,
}

impl Request {
    /// Takes the parts of the message from the head.
    pub(super) fn read(
        endpoint: &Endpoint,
        parts: &Parts,
        body: RequestBody,
        taken: Compressions,
    ) -> Result<Self, Failure> {
        let variables = match endpoint.path {
            Some(template) => variables(template, parts.uri.path()).map_err(refusal::status)?,
            None => Vec::new(),
        };
        let body = match endpoint.body {
            RuleBody::None => {
                refuse_type(parts)?;
                None
            }
            RuleBody::Whole | RuleBody::Field(_) => Typed::read(&parts.headers, body, taken)?,
        };
        Ok(Self { variables, query: parts.uri.query().map(str::to_owned), rule: endpoint.body, body })
    }

    /// Whether the head holds the whole message.
    pub(super) fn is_whole(&self) -> bool {
        self.body.is_none()
    }

    /// Hands over the wait for the body.
    pub(super) fn coming(self, mut intake: Intake, cx: Context) -> Arrival {
        Arrival::Coming(Box::pin(async move {
            let input = self.wait(&mut intake, &cx).await.map_err(Failure::into_status)?;
            Ok(Arrived { input, memory: intake.memory })
        }))
    }

    /// Waits for the body, and returns the message.
    pub(super) async fn wait(mut self, intake: &mut Intake, cx: &Context) -> Result<Input, Failure> {
        let json = match self.body.take() {
            Some(body) => body.collect(intake, cx).await?,
            None => Bytes::new(),
        };
        Ok(self.with(json))
    }

    /// Returns the message of a request that is whole.
    pub(super) fn into_input(self) -> Input {
        self.with(Bytes::new())
    }

    fn with(self, json: Bytes) -> Input {
        let body = match self.rule {
            RuleBody::None => HttpBody::None,
            RuleBody::Whole if self.variables.is_empty() && !json.is_empty() => {
                return Input::Encoded(Codec::Json, json);
            }
            RuleBody::Whole => HttpBody::Whole(json),
            RuleBody::Field(field) => HttpBody::Field(field, json),
        };
        Input::Http(HttpInput { variables: self.variables, query: self.query, body })
    }
}

impl Typed {
    /// Takes the body that the head announces, which must be JSON; `None` when it is empty.
    fn read(headers: &HeaderMap, body: RequestBody, taken: Compressions) -> Result<Option<Self>, Failure> {
        let media = media_type(headers);
        if !media.is_none_or(is_json) {
            return Err(unsupported(media, "application/json"));
        }
        if body.is_end_stream() {
            return Ok(None);
        }
        let packed = packing::of_request(headers, taken)?;
        Ok(Some(Self { body, is_json: media.is_some(), packed }))
    }

    async fn collect(self, intake: &mut Intake, cx: &Context) -> Result<Bytes, Failure> {
        let Intake { limit, patience, memory } = intake;
        let mut bytes = self.body.collect(*limit, patience, memory, cx).await?;
        if let Some(compression) = self.packed {
            let whole = packing::unpack(compression, &bytes, *limit)?;
            memory.hold(bytes.len() + whole.len())?;
            bytes = whole;
        }
        if !self.is_json && !bytes.is_empty() {
            return Err(unsupported(None, "application/json"));
        }
        Ok(bytes)
    }
}

/// Refuses a content type that is not supported, for a rule that reads no body: the caller meant another
/// method. Safe verbs are not checked, because some clients set a content type for every request.
fn refuse_type(parts: &Parts) -> Result<(), Failure> {
    match media_type(&parts.headers) {
        Some(media) if !parts.method.is_safe() && !is_json(media) => {
            Err(unsupported(Some(media), "application/json"))
        }
        Some(_) | None => Ok(()),
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
        Some(media) => format!("content type `{media}` is not supported here; send {expected}"),
        None => format!("the body has no content type; send {expected}"),
    };
    Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Status::invalid_argument(text))
}
