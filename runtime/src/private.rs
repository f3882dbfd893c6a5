//! The only path that generated code names. It promises nothing to users.

mod demand;

pub use crate::call::context::Context;
pub use crate::call::delay::Delay;
pub use crate::call::interceptor::Interceptor;
pub use crate::call::metadata::Metadata;
pub use crate::call::reject::{Reject, TypedError, typed};
pub use crate::call::spec::fields::{fits_key, fits_path, fits_query, has_field};
pub use crate::call::spec::{Attr, Method, ServiceSpec, TypedMethod};
pub use crate::call::status::{Code, Result, Status};
pub use crate::call::stream::Streaming;
pub use crate::channel::Endpoint;
pub use crate::client::{Caller, local};
pub use crate::message::codec::check::Checker;
pub use crate::message::codec::choice::{self, Choice};
pub use crate::message::codec::defaulted::Defaulted;
pub use crate::message::codec::enumeration::{self, Enumeration};
pub use crate::message::codec::json::{read_message, write_field, write_message};
pub use crate::message::codec::oneof::{Member, View, check_view, put_view, view_len, write_view};
pub use crate::message::codec::unknown::{self, UnknownFields};
pub use crate::message::codec::{
    Element, FIXED, Field, KEY_FIXED, KEY_ZIGZAG, MapKey, Message, NATURAL, Reader, UNPACKED, Unfit, Value,
    Wire, ZIGZAG,
};
pub use crate::message::constraint::{Given, Rules};
pub use crate::message::error::DecodeError;
pub use crate::private::demand::{
    CallContext, Fallible, MethodError, Plain, Request, Response, Sure, Unsure, UnsureMethod, unimplemented,
};
pub use crate::waist::handler::{Mount, Route, Service};
pub use bytes::BytesMut;
pub use polywire_codegen::{model, transport};
pub use serde;
pub use std::borrow::Cow;
pub use std::sync::Arc;
