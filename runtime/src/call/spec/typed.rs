//! A method with the types of its arguments.

use super::Method;
use crate::call::input::{Codec, Input};
use crate::call::status::Result;
use bytes::Bytes;
use std::fmt;

/// A method, and the types of its arguments. The generated client has one for each method, under its name.
///
/// `A` is the argument itself when there is one, and a tuple when there are several. A method whose request is a
/// stream has none.
///
/// ```
/// use polywire::{Codec, Result, service};
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task)]
///     async fn process(&self, order_id: i64, express: bool) -> Result<()>;
/// }
///
/// let process = OrdersClient::PROCESS;
/// assert_eq!(process.method().full_name(), "orders.v1.Orders/Process");
/// let body = br#"{"orderId":"101","express":true}"#.as_slice();
/// assert_eq!(process.arguments(Codec::Json, body.into())?, (101, true));
/// # Ok::<(), polywire::Status>(())
/// ```
pub struct TypedMethod<A> {
    method: &'static Method,
    read: fn(&Input) -> Result<A>,
}

impl<A> TypedMethod<A> {
    /// Only generated code makes one.
    #[doc(hidden)]
    pub const fn new(method: &'static Method, read: fn(&Input) -> Result<A>) -> Self {
        Self { method, read }
    }

    /// The description of the method.
    pub const fn method(&self) -> &'static Method {
        self.method
    }

    /// Reads the arguments from an encoded request.
    ///
    /// # Errors
    /// `invalid_argument` with field and position, when the bytes are not such a request. Constraints are not checked.
    pub fn arguments(&self, codec: Codec, body: Bytes) -> Result<A> {
        (self.read)(&Input::Encoded(codec, body))
    }
}

impl<A> Clone for TypedMethod<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for TypedMethod<A> {}

impl<A> fmt::Debug for TypedMethod<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedMethod").field(&self.method.full_name()).finish()
    }
}
