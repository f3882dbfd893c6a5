//! A typed detail of a status: a message in a `google.protobuf.Any`.

use crate::call::reject::homes;
use crate::message::codec::extent::{Extent, Within};
use crate::message::codec::json::read_message;
use crate::message::codec::{Message, Reader, read_fields};
use crate::message::error::DecodeError;
use bytes::Bytes;
use polywire_codegen::names;
use serde_json::Value;

/// The prefix of every type URL that polywire writes.
const PREFIX: &str = "type.googleapis.com/";

/// A typed detail (`google.protobuf.Any`).
///
/// ```
/// use polywire::{Detail, Message, Status};
/// #[derive(Debug, PartialEq, Message)]
/// #[message(package = "books.v1")]
/// struct Hint {
///     text: String,
/// }
/// let hint = Hint { text: "come back at nine".to_owned() };
/// let status = Status::unavailable("closed").with_detail(Detail::new(&hint));
/// assert_eq!(status.details()[0].decode::<Hint>("books.v1.Hint"), Some(Ok(hint)));
/// ```
#[derive(Debug, Clone)]
pub struct Detail {
    name: String,
    has_package: bool,
    /// The packages that define the type; set for a typed error without a package of its own.
    homes: Vec<&'static str>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    /// Binary, as it arrived or was made here. JSON is there too when the type is known.
    Proto { bytes: Bytes, json: Option<Value> },
    /// The JSON of an `Any`, as it arrived.
    Json(Value),
}

impl Detail {
    /// Makes a detail that holds `message`.
    ///
    /// ```
    /// # use polywire::{Detail, Message};
    /// #[derive(Message)]
    /// #[message(package = "books.v1")]
    /// struct Opening {
    ///     hour: u32,
    /// }
    /// assert_eq!(Detail::new(&Opening { hour: 9 }).type_url(), "type.googleapis.com/books.v1.Opening");
    /// ```
    pub fn new<M: Message>(message: &M) -> Self {
        let name = M::NAME;
        // Our own messages always serialize. A detail without its JSON form is complete too.
        let json = serde_json::to_value(crate::message::codec::json::Out::<0, M>(message)).ok();
        Self {
            name: name
                .package
                .as_deref()
                .map_or_else(|| name.name.to_string(), |p| names::service(p, &name.name)),
            has_package: name.package.is_some(),
            homes: Vec::new(),
            body: Body::Proto { bytes: message.encode(), json },
        }
    }

    /// The detail of a typed error. Its name gets a package whose methods fail with the error.
    pub(crate) fn of_error<E: Message>(error: &E) -> Self {
        Self { homes: homes::of::<E>(), ..Self::new(error) }
    }

    /// Makes a detail from protobuf bytes of a type known by name only, such as `google.rpc.RetryInfo`.
    ///
    /// ```
    /// # use polywire::{Detail, Status};
    /// let message = bytes::Bytes::from(prost_or_other_library());
    /// let status = Status::unavailable("closed").with_detail(Detail::from_proto("google.rpc.Help", message));
    /// assert_eq!(status.details()[0].type_name(), "google.rpc.Help");
    /// # fn prost_or_other_library() -> Vec<u8> { Vec::new() }
    /// ```
    pub fn from_proto(type_name: impl Into<String>, bytes: Bytes) -> Self {
        let name = type_name.into();
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        Self { name, has_package: true, homes: Vec::new(), body: Body::Proto { bytes, json: None } }
    }

    /// Reads a detail from the JSON form of an `Any`: an object with `@type`.
    pub(crate) fn from_any_json(mut object: serde_json::Map<String, Value>) -> Option<Self> {
        let Some(Value::String(url)) = object.remove("@type") else { return None };
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(Value::String(text)) = object.get("value")
            && object.len() == 1
            && let Some(bytes) = crate::message::codec::json::bytes::decode(text)
        {
            return Some(Self::from_proto(name, bytes.into()));
        }
        Some(Self { name, has_package: true, homes: Vec::new(), body: Body::Json(Value::Object(object)) })
    }

    /// The full name of the message's type, such as `books.v1.BookError`.
    pub fn type_name(&self) -> &str {
        &self.name
    }

    /// The type URL of the `Any`.
    pub fn type_url(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// The protobuf bytes; `None` when only JSON of an unknown type arrived.
    pub fn proto(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Proto { bytes, .. } => Some(bytes),
            Body::Json(_) => None,
        }
    }

    /// The JSON form of the message, when it is known.
    pub fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Proto { json, .. } => json.as_ref(),
            Body::Json(json) => Some(json),
        }
    }

    /// The JSON form of the `Any`: `@type` and the message's members. A detail of unknown type has its bytes in
    /// `value`, in base64.
    pub(crate) fn to_any_json(&self) -> Value {
        let mut object = serde_json::Map::new();
        object.insert("@type".to_owned(), Value::String(self.type_url()));
        match (self.json(), self.proto()) {
            (Some(Value::Object(members)), _) => object.extend(members.clone()),
            (_, Some(bytes)) => {
                let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
                object.insert("value".to_owned(), Value::String(text));
            }
            (_, None) => {}
        }
        Value::Object(object)
    }

    /// The message, if it is of the type `type_name`.
    ///
    /// ```
    /// # use polywire::{Detail, Message, Status};
    /// # #[derive(Debug, PartialEq, Message)]
    /// # #[message(package = "books.v1")]
    /// # struct Opening { hour: u32 }
    /// # let status = Status::unavailable("closed").with_detail(Detail::new(&Opening { hour: 9 }));
    /// let opening = status.details().iter().find_map(|detail| detail.decode::<Opening>("books.v1.Opening"));
    /// assert_eq!(opening, Some(Ok(Opening { hour: 9 })));
    /// ```
    ///
    /// # Errors
    /// When the type is right but the content is malformed.
    pub fn decode<M: Message>(&self, type_name: &str) -> Option<Result<M, DecodeError>> {
        (self.name == type_name).then(|| match &self.body {
            Body::Proto { bytes, .. } => read_fields(&mut Reader::within(bytes, Extent::OF_ANSWER)),
            Body::Json(json) => {
                let _within = Within::new(Extent::OF_ANSWER);
                read_message(json.clone()).map_err(|error| DecodeError::new(error.to_string()))
            }
        })
    }

    pub(super) fn qualify(&mut self, package: &str) {
        if !self.has_package {
            let home = match self.homes[..] {
                [first, ..] if !self.homes.contains(&package) => first,
                _ => package,
            };
            self.name = names::service(home, &self.name);
            self.has_package = true;
        }
    }
}

/// Compares type and content. Contents in different forms count as different.
impl PartialEq for Detail {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && match (&self.body, &other.body) {
                (Body::Proto { bytes: a, .. }, Body::Proto { bytes: b, .. }) => a == b,
                _ => self.json() == other.json(),
            }
    }
}
