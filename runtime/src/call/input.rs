//! Requests as transports hand them to the waist, and responses as they take them back.

pub use crate::message::encoding::Codec;

use crate::call::budget::Reservation;
use crate::call::form::{self, HttpInput};
use crate::call::status::Status;
use crate::message::codec::depth::Bound;
use crate::message::codec::extent::{Extent, Within};
use crate::message::codec::{Message, Reader, json, read_fields};
use crate::message::error::DecodeError;
use bytes::{BufMut, Bytes, BytesMut};
use futures_core::future::BoxFuture;
use polywire_codegen::model::{JsonStyle, Message as Schema};
use std::fmt;

/// A request as a transport received it. Transports never parse messages.
///
/// ```
/// # use polywire::{Codec, Message, Result};
/// use polywire::transport::Input;
///
/// #[derive(Debug, PartialEq, Message)]
/// struct Book {
///     id: i32,
/// }
///
/// let json = Input::Encoded(Codec::Json, br#"{"id":7}"#.as_slice().into());
/// assert_eq!(json.decode::<Book>()?, Book { id: 7 });
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone)]
pub enum Input {
    /// One encoded message.
    Encoded(Codec, Bytes),
    /// The parts of an HTTP request.
    Http(HttpInput),
}

impl Input {
    /// The number of bytes of the body.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Encoded(_, bytes) => bytes.len(),
            Self::Http(input) => input.body.len(),
        }
    }

    /// Checks the size of a request whose method has a limit of its own.
    ///
    /// # Errors
    /// `resource_exhausted`, with the limit.
    pub(crate) fn check_size(&self, limit: Option<usize>) -> Result<(), Status> {
        match limit {
            Some(limit) if self.len() > limit => Err(Status::resource_exhausted(format!(
                "the message is larger than {limit} bytes, the limit"
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// Decodes the message, within the default limits of nesting and elements.
    ///
    /// # Errors
    /// `invalid_argument` with field and position.
    pub fn decode<M: Message>(&self) -> Result<M, Status> {
        Ok(self.decode_within(Extent::DEFAULT)?)
    }

    /// Decodes a response. A malformed one is `internal`, because it is not the caller's fault.
    pub(crate) fn decode_answer<M: Message>(&self) -> Result<M, Status> {
        self.decode_within(Extent::OF_ANSWER).map_err(|error| not_an_answer(M::SCHEMA, error.into()))
    }

    /// Decodes the message within these limits.
    pub(crate) fn decode_within<M: Message>(&self, extent: Extent) -> Result<M, DecodeError> {
        match self {
            Self::Encoded(Codec::Proto, bytes) => read_fields(&mut Reader::within(bytes, extent)),
            Self::Encoded(Codec::Json, bytes) => {
                let _within = Within::new(extent);
                json::decode_json(bytes)
            }
            Self::Http(input) => {
                let _within = Within::new(extent);
                form::decode(input)
            }
        }
    }
}

/// The request of a call, as a transport hands it over.
///
/// Interceptors may refuse a call by its head. So a transport whose bodies follow their heads hands the head over first.
/// Nothing of the body is then read for a call that is refused.
pub enum Arrival {
    /// The request is here.
    Here(Input),
    /// The request is still on its way. The future reads it.
    Coming(BoxFuture<'static, Result<Arrived, Status>>),
}

/// A request that was waited for, and its share of the memory of large messages.
#[derive(Debug)]
pub struct Arrived {
    pub(crate) input: Input,
    pub(crate) memory: Reservation,
}

impl From<Input> for Arrived {
    fn from(input: Input) -> Self {
        Self { input, memory: Reservation::default() }
    }
}

impl From<Input> for Arrival {
    fn from(input: Input) -> Self {
        Self::Here(input)
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(input) => f.debug_tuple("Here").field(input).finish(),
            Self::Coming(_) => f.write_str("Coming"),
        }
    }
}

#[cold]
fn not_an_answer(message: &Schema, status: Status) -> Status {
    let text = format!("the response is not a {}: {}", message.name.name, status.message());
    Status::internal(text).with_source(status)
}

/// The bytes reserved for JSON at first.
const JSON_CAPACITY: usize = 128;

/// The form in which a response is encoded.
///
/// ```
/// # use polywire::{Codec, Message};
/// use polywire::transport::Reply;
///
/// #[derive(Message)]
/// struct Book {
///     id: i32,
/// }
///
/// // gRPC puts five bytes in front of a message.
/// let framed = Reply::new(Codec::Proto).with_headroom(5).encode(&Book { id: 7 })?;
/// assert_eq!(framed, [0, 0, 0, 0, 0, 8, 7].as_slice());
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    /// The encoding.
    pub codec: Codec,
    /// Bytes to leave free in front, for the transport's frame.
    pub headroom: usize,
    /// The only field to encode, in JSON; `None` encodes the message.
    pub field: Option<&'static str>,
    /// The style of JSON.
    pub json: JsonStyle,
    /// The most levels that the message may nest.
    nesting: u32,
}

impl Reply {
    /// Makes a reply that encodes the whole message in canonical form, with no room in front.
    pub const fn new(codec: Codec) -> Self {
        let nesting = Extent::DEFAULT.nesting;
        Self { codec, headroom: 0, field: None, json: JsonStyle::CANONICAL, nesting }
    }

    /// Leaves this many bytes free in front.
    #[must_use]
    pub const fn with_headroom(mut self, headroom: usize) -> Self {
        self.headroom = headroom;
        self
    }

    /// Encodes one field alone.
    #[must_use]
    pub const fn with_field(mut self, field: Option<&'static str>) -> Self {
        self.field = field;
        self
    }

    /// Writes JSON in this style.
    #[must_use]
    pub const fn with_json(mut self, json: JsonStyle) -> Self {
        self.json = json;
        self
    }

    /// Refuses messages that nest deeper than `extent` allows.
    pub(crate) const fn within(mut self, extent: Extent) -> Self {
        self.nesting = extent.nesting;
        self
    }

    fn too_deep(&self) -> String {
        format!("nests deeper than {} levels", self.nesting)
    }

    #[cold]
    fn deeper(&self, message: &Schema) -> Status {
        Status::internal(format!("{} {}", message.name.name, self.too_deep()))
    }

    /// Encodes into a buffer of the right size, with `headroom` zero bytes in front.
    ///
    /// # Errors
    /// `internal` when the message cannot be written as JSON.
    pub fn encode<M: Message>(&self, message: &M) -> Result<BytesMut, Status> {
        let capacity = match self.codec {
            Codec::Proto => message.fields_len(),
            Codec::Json => JSON_CAPACITY,
        };
        let mut out = BytesMut::with_capacity(self.headroom + capacity);
        out.put_bytes(0, self.headroom);
        self.encode_into(message, &mut out)?;
        Ok(out)
    }

    /// The JSON of a message by the rules of the caller, whatever the codec and the style.
    pub(crate) fn json_text<M: Message>(&self, message: &M) -> Result<String, Status> {
        let mut out = String::with_capacity(JSON_CAPACITY);
        self.write_json(message, &mut out).map(|()| out)
    }

    /// Encodes at the end of `out`.
    ///
    /// # Errors
    /// `internal` when the message cannot be written as JSON.
    pub fn encode_into<M: Message>(&self, message: &M, out: &mut BytesMut) -> Result<(), Status> {
        match self.codec {
            Codec::Proto => {
                let bound = Bound::new(self.nesting);
                let len = message.fields_len();
                if bound.exceeded() {
                    return Err(self.deeper(M::SCHEMA));
                }
                out.reserve(len);
                message.put_fields(out);
                Ok(())
            }
            Codec::Json => {
                let _styled = json::Ruled::styled(self.json);
                self.write_json(message, out)
            }
        }
    }

    fn write_json<M: Message>(&self, message: &M, out: &mut impl json::Sink) -> Result<(), Status> {
        let (writer, bound) = (json::Writer::new(out), Bound::new(self.nesting));
        let written = match self.field {
            None => json::write_message(message, writer),
            Some(field) => json::only_field(message, field, writer),
        };
        match written {
            _ if bound.exceeded() => Err(unwritable(M::SCHEMA, &self.too_deep())),
            Ok(()) => Ok(()),
            Err(error) => Err(unwritable(M::SCHEMA, &error)),
        }
    }
}

#[cold]
fn unwritable(message: &Schema, error: &dyn fmt::Display) -> Status {
    Status::internal(format!("{} cannot be written as JSON: {error}", message.name.name))
}
