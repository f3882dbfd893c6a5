//! A message whose type only the method knows.

use crate::call::input::{Codec, Input, Reply};
use crate::call::refusal;
use crate::call::status::{Result, Status};
use crate::message::codec::Message;
use crate::message::codec::check::Gate;
use crate::message::codec::extent::Extent;
use bytes::Bytes;
use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::marker::PhantomData;

/// A message that is one of the method's types, without the type in its own.
///
/// The first [`get`](Self::get) decodes it, and later ones find the value.
///
/// ```
/// use polywire::{AnyMessage, Codec, Message};
///
/// #[derive(Debug, PartialEq, Message)]
/// struct Book {
///     id: i32,
/// }
///
/// let mut message = AnyMessage::new(Book { id: 7 });
/// assert_eq!(message.get::<Book>()?, &Book { id: 7 });
/// assert_eq!(message.encode(Codec::Json)?, &br#"{"id":7}"#[..]);
/// let mut copy = AnyMessage::encoded(Codec::Proto, message.encode(Codec::Proto)?);
/// assert_eq!(copy.get::<Book>()?, &Book { id: 7 });
/// # Ok::<(), polywire::Status>(())
/// ```
pub struct AnyMessage {
    state: State,
    /// Unknown of bytes that a program brings, until they are decoded.
    kind: Option<&'static Kind>,
}

type Typed = Box<dyn Any + Send + Sync>;

enum State {
    Encoded(Input, Side),
    Decoded(Typed),
    /// The reason why it cannot be decoded.
    Unreadable(Status),
}

/// The rules by which a message is decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    /// A server reads a request.
    Request { reading: refusal::Reading, is_constrained: bool },
    /// A client reads an answer, or an interceptor its own.
    Answer,
}

/// The functions of one type of message.
struct Kind {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
    read: fn(&Input, Side) -> Result<Typed>,
    encode: fn(&dyn Any, Codec) -> Option<Result<Bytes>>,
}

struct Of<M>(PhantomData<M>);

impl<M: Message> Of<M> {
    const KIND: Kind =
        Kind { id: TypeId::of::<M>, name: type_name::<M>, read: read_boxed::<M>, encode: encode::<M> };
}

fn read<M: Message>(input: &Input, side: Side) -> Result<M> {
    match side {
        Side::Request { reading, is_constrained } => refusal::read(Gate::of(is_constrained), input, reading),
        Side::Answer => input.decode_answer(),
    }
}

fn read_boxed<M: Message>(input: &Input, side: Side) -> Result<Typed> {
    Ok(Box::new(read::<M>(input, side)?))
}

fn encode<M: Message>(message: &dyn Any, codec: Codec) -> Option<Result<Bytes>> {
    let encoded = Reply::new(codec).within(Extent::OF_ANSWER).encode(message.downcast_ref::<M>()?);
    Some(encoded.map(|bytes| bytes.freeze()))
}

impl AnyMessage {
    /// Makes a message of this value.
    pub fn new<M: Message>(message: M) -> Self {
        Self { state: State::Decoded(Box::new(message)), kind: Some(&Of::<M>::KIND) }
    }

    /// Makes a message of bytes that are kept from an [`encode`](Self::encode), such as those of a cache.
    pub fn encoded(codec: Codec, bytes: Bytes) -> Self {
        Self { state: State::Encoded(Input::Encoded(codec, bytes), Side::Answer), kind: None }
    }

    /// A message of the method, as it came in.
    pub(crate) fn received<M: Message>(input: Input, side: Side) -> Self {
        Self { state: State::Encoded(input, side), kind: Some(&Of::<M>::KIND) }
    }

    /// The message as a value of its type.
    ///
    /// # Errors
    /// `internal` when it is of another type than `M`. Else the reason why it cannot be decoded: `invalid_argument`
    /// for a request, `internal` for an answer.
    pub fn get<M: Message>(&mut self) -> Result<&M> {
        self.get_mut().map(|message| &*message)
    }

    /// The message as a value that can be changed.
    ///
    /// # Errors
    /// The same as [`get`](Self::get).
    pub fn get_mut<M: Message>(&mut self) -> Result<&mut M> {
        let kind = *self.kind.get_or_insert(&Of::<M>::KIND);
        self.decode(kind)?.downcast_mut().ok_or_else(|| mistaken::<M>(kind))
    }

    /// The value itself.
    ///
    /// # Errors
    /// The same as [`get`](Self::get).
    pub fn into_inner<M: Message>(mut self) -> Result<M> {
        let kind = *self.kind.get_or_insert(&Of::<M>::KIND);
        match self.state {
            State::Encoded(input, side) if kind.is::<M>() => read(&input, side),
            State::Encoded(..) => Err(mistaken::<M>(kind)),
            State::Decoded(message) => match message.downcast() {
                Ok(message) => Ok(*message),
                Err(_) => Err(mistaken::<M>(kind)),
            },
            State::Unreadable(status) => Err(status),
        }
    }

    /// The message in this encoding, in canonical form.
    ///
    /// # Errors
    /// The reason why it cannot be decoded or encoded.
    pub fn encode(&mut self, codec: Codec) -> Result<Bytes> {
        if let State::Encoded(Input::Encoded(own, bytes), _) = &self.state
            && *own == codec
        {
            return Ok(bytes.clone());
        }
        let kind = self.kind.ok_or_else(nameless)?;
        let message = self.decode(kind)?;
        (kind.encode)(&*message, codec).unwrap_or_else(|| Err(nameless()))
    }

    /// A second message with the same content.
    pub(crate) fn copy(&mut self) -> Result<Self> {
        let state = match &self.state {
            State::Encoded(input, side) => State::Encoded(input.clone(), *side),
            _ => State::Encoded(Input::Encoded(Codec::Proto, self.encode(Codec::Proto)?), Side::Answer),
        };
        Ok(Self { state, kind: self.kind })
    }

    fn decode(&mut self, kind: &Kind) -> Result<&mut (dyn Any + Send + Sync)> {
        if let State::Encoded(input, side) = &self.state {
            self.state = (kind.read)(input, *side).map_or_else(State::Unreadable, State::Decoded);
        }
        match &mut self.state {
            State::Decoded(message) => Ok(&mut **message),
            State::Unreadable(status) => Err(status.clone()),
            State::Encoded(..) => Err(nameless()),
        }
    }
}

impl Kind {
    fn is<M: Message>(&self) -> bool {
        (self.id)() == TypeId::of::<M>()
    }
}

#[cold]
fn mistaken<M>(kind: &Kind) -> Status {
    let (asked, is) = (type_name::<M>(), (kind.name)());
    Status::internal(format!("an interceptor took a message for a `{asked}`: it is a `{is}`"))
}

#[cold]
fn nameless() -> Status {
    Status::internal("the message has no type yet: ask for it in the encoding that it was made with")
}

impl fmt::Debug for AnyMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyMessage({})", self.kind.map_or("unknown", |kind| (kind.name)()))
    }
}
