//! The properties and headers of an AMQP message, in our own types.
//!
//! [`Properties`] is what we publish. [`Received`] is what arrived. It reads the adapter's own representation
//! in place, because the way in is hot and needs only two or three fields. A copy is made only for a retry, a
//! dead letter or a reply.

#[cfg(feature = "amqp")]
mod parsed;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A name on the broker: of an exchange, a queue or a routing key.
pub(crate) type Name = Cow<'static, str>;

/// A header's value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// A string that is not UTF-8, or a byte array.
    Bytes(Vec<u8>),
    /// Seconds since the epoch.
    Timestamp(u64),
    Decimal {
        scale: u8,
        value: u32,
    },
    List(Vec<Value>),
    Table(Fields),
}

/// Headers, ordered by name.
pub(crate) type Fields = BTreeMap<String, Value>;

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

/// A header's value, read in place, for those kinds that polywire reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ValueRef<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Int(i64),
    Bool(bool),
    Float(f64),
    /// Seconds since the epoch.
    Timestamp(u64),
    /// Null, a decimal, a list or a table.
    Other,
}

impl<'a> ValueRef<'a> {
    pub(crate) fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as an integer. A peer without integers in its headers may write it as text.
    pub(crate) fn int(self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(int),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl Value {
    pub(crate) fn view(&self) -> ValueRef<'_> {
        match self {
            Self::Text(text) => ValueRef::Text(text),
            Self::Bytes(bytes) => ValueRef::Bytes(bytes),
            Self::Int(int) => ValueRef::Int(*int),
            Self::Bool(bool) => ValueRef::Bool(*bool),
            Self::Float(float) => ValueRef::Float(*float),
            Self::Timestamp(seconds) => ValueRef::Timestamp(*seconds),
            Self::Null | Self::Decimal { .. } | Self::List(_) | Self::Table(_) => ValueRef::Other,
        }
    }
}

/// The properties of a message that we publish.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Properties {
    pub(crate) content_type: Option<Name>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) headers: Fields,
    /// Whether the message survives a restart of the broker (delivery mode 2).
    pub(crate) persistent: bool,
    pub(crate) priority: Option<u8>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) reply_to: Option<String>,
    /// The time to live: milliseconds in decimal, as on the wire.
    pub(crate) expiration: Option<String>,
    pub(crate) message_id: Option<String>,
    pub(crate) timestamp: Option<u64>,
    /// The property `type`: the full name of the method.
    pub(crate) kind: Option<Name>,
    pub(crate) user_id: Option<String>,
    pub(crate) app_id: Option<String>,
}

impl Properties {
    /// The properties that AMQP carries as short strings, with their names for error texts.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 9] {
        [
            ("the content type", self.content_type.as_deref()),
            ("the content encoding", self.content_encoding.as_deref()),
            ("the correlation id", self.correlation_id.as_deref()),
            ("the reply address", self.reply_to.as_deref()),
            ("the expiration", self.expiration.as_deref()),
            ("the message id", self.message_id.as_deref()),
            ("the type", self.kind.as_deref()),
            ("the user id", self.user_id.as_deref()),
            ("the application id", self.app_id.as_deref()),
        ]
    }

    /// The approximate bytes that the properties take in memory.
    pub(crate) fn weight(&self) -> usize {
        let texts: usize = self.texts().into_iter().filter_map(|(_, text)| text).map(str::len).sum();
        size_of::<Self>() + texts + table_weight(&self.headers)
    }
}

/// The bytes that an entry of an ordered map takes beside its contents.
const ENTRY: usize = 64;

fn table_weight(table: &Fields) -> usize {
    table.iter().map(|(name, value)| ENTRY + name.len() + value_weight(value)).sum()
}

fn value_weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.iter().map(|value| size_of::<Value>() + value_weight(value)).sum(),
        Value::Table(table) => table_weight(table),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Timestamp(_)
        | Value::Decimal { .. } => 0,
    }
}

/// The properties of a message that arrived.
#[allow(
    clippy::large_enum_variant,
    reason = "moved twice in its life; a box would cost an allocation a message"
)]
#[derive(Debug)]
pub(crate) enum Received {
    /// The properties from the broker in memory, shared with everyone who got the message.
    Own(Arc<Properties>),
    /// The properties that lapin parsed.
    #[cfg(feature = "amqp")]
    Wire(lapin::BasicProperties),
}

macro_rules! texts {
    ($($field:ident),*) => {$(
        pub(crate) fn $field(&self) -> Option<&str> {
            match self {
                Self::Own(own) => own.$field.as_deref(),
                #[cfg(feature = "amqp")]
                Self::Wire(wire) => wire.$field().as_ref().map(|text| text.as_str()),
            }
        }
    )*};
}

impl Received {
    texts!(content_type, content_encoding, correlation_id, reply_to, expiration, message_id, kind, user_id);

    pub(crate) fn timestamp(&self) -> Option<u64> {
        match self {
            Self::Own(own) => own.timestamp,
            #[cfg(feature = "amqp")]
            Self::Wire(wire) => *wire.timestamp(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<ValueRef<'_>> {
        match self {
            Self::Own(own) => own.headers.get(name).map(Value::view),
            #[cfg(feature = "amqp")]
            Self::Wire(wire) => wire.headers().as_ref()?.inner().get(name).map(parsed::view),
        }
    }

    pub(crate) fn each_header<'a>(&'a self, mut visit: impl FnMut(&'a str, ValueRef<'a>)) {
        match self {
            Self::Own(own) => own.headers.iter().for_each(|(name, value)| visit(name, value.view())),
            #[cfg(feature = "amqp")]
            Self::Wire(wire) => {
                let headers = wire.headers().iter().flat_map(|table| table.inner().iter());
                headers.for_each(|(name, value)| visit(name.as_str(), parsed::view(value)));
            }
        }
    }

    /// Copies all properties, to publish the message again.
    pub(crate) fn to_properties(&self) -> Properties {
        match self {
            Self::Own(own) => Properties::clone(own),
            #[cfg(feature = "amqp")]
            Self::Wire(wire) => parsed::properties(wire),
        }
    }
}
