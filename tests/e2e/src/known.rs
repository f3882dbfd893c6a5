//! A service whose messages hold every well-known type of protobuf. Its schema is only complete with Google's
//! files.

use polywire::wkt::{
    Any, BoolValue, BytesValue, DoubleValue, FieldMask, FloatValue, Int32Value, Int64Value, ListValue,
    NullValue, StringValue, Struct, UInt32Value, UInt64Value, Value,
};
use polywire::{Message, Result, service};
use std::time::{Duration, SystemTime};

/// Times, as the standard library has them.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Times {
    /// A point in time.
    pub at: SystemTime,
    /// A span of time.
    pub took: Duration,
}

/// Every other well-known type.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Known {
    /// Any message.
    pub any: Option<Any>,
    /// Some fields.
    pub mask: Option<FieldMask>,
    /// A JSON object.
    pub object: Option<Struct>,
    /// A JSON list.
    pub list: Option<ListValue>,
    /// Any JSON.
    pub value: Option<Value>,
    /// JSON's null.
    pub null: Option<NullValue>,
    /// Nothing.
    pub empty: Option<()>,
    /// A wrapped double.
    pub double: Option<DoubleValue>,
    /// A wrapped float.
    pub float: Option<FloatValue>,
    /// A wrapped int64.
    pub int64: Option<Int64Value>,
    /// A wrapped uint64.
    pub uint64: Option<UInt64Value>,
    /// A wrapped int32.
    pub int32: Option<Int32Value>,
    /// A wrapped uint32.
    pub uint32: Option<UInt32Value>,
    /// A wrapped bool.
    pub truth: Option<BoolValue>,
    /// A wrapped string.
    pub text: Option<StringValue>,
    /// Wrapped bytes.
    pub bytes: Option<BytesValue>,
}

/// Gives back what it takes.
#[service(package = "known.v1")]
pub trait KnownService {
    /// Times.
    async fn times(&self, times: Times) -> Result<Times>;
    /// All others.
    async fn all(&self, known: Known) -> Result<Known>;
}

/// The implementation.
#[derive(Debug)]
pub struct Mirror;

impl KnownService for Mirror {
    async fn times(&self, times: Times) -> Result<Times> {
        Ok(times)
    }

    async fn all(&self, known: Known) -> Result<Known> {
        Ok(known)
    }
}
