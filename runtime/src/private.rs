//! The only path that generated code names. Nothing here is promised to users.

pub use crate::client::{Caller, Endpoint, local};
pub use crate::codec::choice::{self, Choice};
pub use crate::codec::defaulted::Defaulted;
pub use crate::codec::enumeration::{self, Enumeration};
pub use crate::codec::json::{read_message, write_field, write_message};
pub use crate::codec::oneof::{Member, View, check_view, put_view, view_len, write_view};
pub use crate::codec::unknown::{self, UnknownFields};
pub use crate::codec::{
    Element, FIXED, Field, KEY_FIXED, KEY_ZIGZAG, MapKey, Message, NATURAL, Reader, UNPACKED, Unfit, Value,
    Wire, ZIGZAG,
};
pub use crate::constraint::{Checker, Given, Rules};
pub use crate::context::Context;
pub use crate::demand::{
    CallContext, Fallible, MethodError, Plain, Request, Response, Sure, Unsure, UnsureMethod, unimplemented,
};
pub use crate::error::DecodeError;
pub use crate::handler::{Mount, Route, Service};
pub use crate::metadata::Metadata;
pub use crate::reject::{Reject, TypedError, typed};
pub use crate::spec::fields::{fits_path, fits_query, has_field};
pub use crate::spec::{Method, ServiceSpec};
pub use crate::status::{Code, Result, Status};
pub use crate::stream::Streaming;
pub use bytes::BytesMut;
pub use polywire_codegen::{model, transport};
pub use serde;
pub use std::borrow::Cow;
pub use std::sync::Arc;
