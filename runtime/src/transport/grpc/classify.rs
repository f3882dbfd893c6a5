//! The protocol of a request to a method, by verb, content type and one header. It is parsed once; nothing is
//! guessed later.
//!
//! A POST with JSON to `/package.Service/Method` is Connect when it says so (`connect-protocol-version`), and
//! HTTP/JSON otherwise. A protobuf body is Connect. The answers are alike, and the body of an error follows the
//! protocol that asked.

use super::connect::{self, Connect, Query};
use super::dialect::Dialect;
use super::native::Grpc;
use super::text;
use super::web::GrpcWeb;
use crate::call::input::Codec;
use crate::call::spec::Method;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method as Verb, StatusCode, Version};
use polywire_codegen::model::{Idempotency, Shape};

/// A content type that we support.
pub(super) struct ContentType {
    pub(super) text: &'static str,
    pub(super) header: HeaderValue,
    pub(super) protocol: Protocol,
    pub(super) codec: Codec,
    pub(super) form: Form,
}

/// The format of a call in envelopes.
#[derive(Clone, Copy)]
pub(super) struct WireFormat {
    pub(super) content: &'static ContentType,
    pub(super) dialect: &'static dyn Dialect,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Grpc,
    GrpcWeb,
    ConnectStream,
    ConnectUnary,
}

/// The form of the body's bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Binary,
    Base64,
}

const fn known(text: &'static str, protocol: Protocol, codec: Codec, form: Form) -> ContentType {
    ContentType { text, header: HeaderValue::from_static(text), protocol, codec, form }
}

static KNOWN: [ContentType; 13] = [
    known("application/grpc", Protocol::Grpc, Codec::Proto, Form::Binary),
    known("application/grpc+proto", Protocol::Grpc, Codec::Proto, Form::Binary),
    known("application/grpc+json", Protocol::Grpc, Codec::Json, Form::Binary),
    known("application/grpc-web", Protocol::GrpcWeb, Codec::Proto, Form::Binary),
    known("application/grpc-web+proto", Protocol::GrpcWeb, Codec::Proto, Form::Binary),
    known("application/grpc-web+json", Protocol::GrpcWeb, Codec::Json, Form::Binary),
    known("application/grpc-web-text", Protocol::GrpcWeb, Codec::Proto, Form::Base64),
    known("application/grpc-web-text+proto", Protocol::GrpcWeb, Codec::Proto, Form::Base64),
    known("application/grpc-web-text+json", Protocol::GrpcWeb, Codec::Json, Form::Base64),
    known("application/connect+proto", Protocol::ConnectStream, Codec::Proto, Form::Binary),
    known("application/connect+json", Protocol::ConnectStream, Codec::Json, Form::Binary),
    known("application/proto", Protocol::ConnectUnary, Codec::Proto, Form::Binary),
    known("application/json", Protocol::ConnectUnary, Codec::Json, Form::Binary),
];

/// The value of `Accept-Post` for unary methods. It tells a caller with a wrong content type the right ones.
pub(super) const ACCEPT_POST_UNARY: HeaderValue = HeaderValue::from_static(
    "application/grpc, application/grpc+json, application/grpc+proto, application/grpc-web, \
     application/grpc-web+json, application/grpc-web+proto, application/grpc-web-text, application/json, application/proto",
);
/// The value of `Accept-Post` for streaming methods.
pub(super) const ACCEPT_POST_STREAM: HeaderValue = HeaderValue::from_static(
    "application/connect+json, application/connect+proto, application/grpc, application/grpc+json, \
     application/grpc+proto, application/grpc-web, application/grpc-web+json, application/grpc-web+proto, \
     application/grpc-web-text",
);

impl ContentType {
    /// The entry of a content type, without regard to its parameters.
    pub(super) fn of(header: &HeaderValue) -> Option<&'static Self> {
        let name = essence(header);
        KNOWN.iter().find(|known| known.text.as_bytes().eq_ignore_ascii_case(name))
    }

    /// The entry of a protocol and a codec: the shortest content type that names both.
    pub(super) fn for_client(protocol: Protocol, codec: Codec) -> &'static Self {
        let fits = |known: &&Self| known.protocol == protocol && known.codec == codec;
        // Every protocol has an entry for each codec.
        KNOWN.iter().find(fits).unwrap_or(&KNOWN[0])
    }

    /// Converts a piece of a response's body to the form that the content type asks for.
    pub(super) fn encode(&self, bytes: Bytes) -> Bytes {
        match self.form {
            Form::Binary => bytes,
            Form::Base64 => text::encode(&bytes),
        }
    }
}

impl Protocol {
    /// The framing and the end of calls in the protocol; `None` for Connect's unary calls, which have
    /// neither.
    pub(super) fn dialect(self) -> Option<&'static dyn Dialect> {
        match self {
            Self::Grpc => Some(&Grpc),
            Self::GrpcWeb => Some(&GrpcWeb),
            Self::ConnectStream => Some(&Connect),
            Self::ConnectUnary => None,
        }
    }
}

fn essence(header: &HeaderValue) -> &[u8] {
    header.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii()
}

/// The way in which a request calls the method that its path names.
pub(super) enum Way {
    /// Messages in envelopes: gRPC, gRPC-Web, a Connect stream.
    Envelopes(WireFormat),
    /// Connect: one message is the whole body.
    ConnectPost(&'static ContentType),
    /// Connect: the message is in the query.
    ConnectGet(Query),
    /// A call of a method of ours, in a way that it does not support.
    Refused(StatusCode),
}

/// The way of a request; `None` when the request is for another transport.
pub(super) fn classify(parts: &Parts, method: &Method) -> Option<Way> {
    if parts.method == Verb::POST {
        return classify_post(parts, method);
    }
    if parts.method != Verb::GET {
        return None;
    }
    let query = Query::parse(parts.uri.query()?)?;
    let readable = method.shape() == Shape::Unary && method.idempotency() == Idempotency::NoSideEffects;
    Some(if readable { Way::ConnectGet(query) } else { Way::Refused(StatusCode::METHOD_NOT_ALLOWED) })
}

fn classify_post(parts: &Parts, method: &Method) -> Option<Way> {
    let header = parts.headers.get(CONTENT_TYPE);
    let Some(content) = header.and_then(ContentType::of) else {
        let ours = speaks(parts) || !has_http_route(method);
        return ours.then_some(Way::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    };
    if content.text == "application/json"
        && has_http_route(method)
        && !parts.headers.contains_key(connect::VERSION)
    {
        return None;
    }
    let unary = method.shape() == Shape::Unary;
    Some(match (content.protocol, content.protocol.dialect()) {
        (Protocol::Grpc, _) if parts.version < Version::HTTP_2 => {
            Way::Refused(StatusCode::HTTP_VERSION_NOT_SUPPORTED)
        }
        (Protocol::ConnectStream, _) if unary => Way::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (_, Some(dialect)) => Way::Envelopes(WireFormat { content, dialect }),
        (_, None) if unary => Way::ConnectPost(content),
        (_, None) => Way::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    })
}

/// Whether a request says that it speaks one of our protocols, with any path and verb. Plain JSON does not
/// say so.
pub(super) fn speaks(parts: &Parts) -> bool {
    let headers = &parts.headers;
    headers.contains_key(connect::VERSION)
        || headers.get(CONTENT_TYPE).is_some_and(claims)
        || parts.method == Verb::GET && parts.uri.query().is_some_and(Query::is_connect)
}

/// Whether a content type belongs to one of our protocols, or to a variant of them that we do not support.
fn claims(header: &HeaderValue) -> bool {
    let name = essence(header).to_ascii_lowercase();
    name.starts_with(b"application/grpc")
        || name.starts_with(b"application/connect+")
        || name == b"application/proto"
}

/// Whether plain JSON to the method's path is for the HTTP transport.
fn has_http_route(method: &Method) -> bool {
    crate::transport::HAS_HTTP && method.plans.http.is_some()
}
