//! The demands of generated code on the types in a method's signature. One mistake gives one error, which says
//! what to write.
//!
//! One place checks them ([`Request`], [`Response`], [`MethodError`], [`Plain`]). Everywhere else a type stands
//! in a [`Sure`]. Its functions have twins of the same names in [`Unsure`], for types that do not fit. The
//! compiler accepts these without an error.

use crate::call::context::Context;
use crate::call::input::Input;
use crate::call::reject::Reject;
use crate::call::spec::Method;
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::client::Caller;
use crate::message::codec::{self, Message};
use crate::waist::handler::Mount;
use polywire_codegen::model::{self, Definitions, Reserved, TypeName};
use std::borrow::Cow;
use std::future::{Future, pending, ready};
use std::marker::PhantomData;
use std::sync::Arc;

/// The request of a method, or an item of a stream of requests.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message, so a method cannot take it as its request",
    label = "not a message",
    note = "a request, or an item of a stream, is a struct or an enum with data that has `#[derive(polywire::Message)]`",
    note = "a newtype, an enum without data, or a type of another crate is a field of a request: write `#[field]` before the argument"
)]
pub trait Request {
    /// The name of the message.
    const NAME: TypeName;
}

#[diagnostic::do_not_recommend]
impl<M: Message> Request for M {
    const NAME: TypeName = M::NAME;
}

/// The response of a method, or an item of a stream of responses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message, so a method cannot return it as its response",
    label = "not a message",
    note = "a response, or an item of a stream, is a struct or an enum with data that has `#[derive(polywire::Message)]`",
    note = "a newtype, an enum without data, or a type of another crate is a field of a response: write `#[field]` before the method"
)]
pub trait Response {
    /// The name of the message.
    const NAME: TypeName;
}

#[diagnostic::do_not_recommend]
impl<M: Message> Response for M {
    const NAME: TypeName = M::NAME;
}

/// The error of a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a method",
    note = "use `polywire::Status`, or `#[derive(polywire::Error)]` on an enum of your own"
)]
pub trait MethodError {
    /// The name of the error; `None` for the plain status.
    const NAME: Option<TypeName>;
}

#[diagnostic::do_not_recommend]
impl<E: Reject> MethodError for E {
    const NAME: Option<TypeName> = E::NAME;
}

/// A `Result` that is written with one type and fails with the plain status.
#[diagnostic::on_unimplemented(
    message = "the error of `{Self}` is not `polywire::Status`",
    label = "an alias that hides its error",
    note = "documents and clients name a method's error, and an alias does not show it: write `Result<T, E>` with the error in place of `E`"
)]
pub trait Plain {
    /// The name of a plain status, which is none.
    const ERROR: Option<TypeName>;
}

impl<T> Plain for Result<T> {
    const ERROR: Option<TypeName> = None;
}

/// The return type of a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`",
    note = "every call can fail; return `polywire::Result`"
)]
pub trait Fallible {
    /// The error of a call.
    type Error;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;
}

/// The context of a call, as the first parameter after `&self`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not polywire's `Context`",
    label = "taken for the context of the call",
    note = "a first parameter whose type is called `Context` is the context of the call",
    note = "a message of that name needs another one here: import it as in `use … as Setting`, or write `#[field]` before the parameter"
)]
pub trait CallContext: Sized {
    /// Turns the context of a call into the parameter.
    fn take(cx: Context) -> Self;
    /// Turns the parameter into the context of a call.
    fn give(self) -> Context;
}

impl CallContext for Context {
    #[inline]
    fn take(cx: Context) -> Self {
        cx
    }

    #[inline]
    fn give(self) -> Context {
        self
    }
}

/// The answer of a method of `#[service(unimplemented)]` that an implementation leaves out.
pub fn unimplemented<T: Send, E: Reject>(path: &'static str) -> impl Future<Output = Result<T, E>> + Send {
    let status = Status::unimplemented(format!("{} is not implemented", &path[1..]));
    ready(Err(E::from_status(status, "")))
}

/// Types of a signature: a message, or the request, response and error of a method.
#[derive(Debug)]
pub struct Sure<T>(PhantomData<T>);

impl<M: Message> Sure<M> {
    /// The message's name.
    pub const NAME: TypeName = M::NAME;
    /// The message's name, as the error of a method.
    pub const ERROR: Option<TypeName> = Some(M::NAME);
    /// The message as data.
    pub const SCHEMA: &'static model::Message = M::SCHEMA;

    /// Adds the message, and everything that it reaches.
    pub fn register(definitions: &mut Definitions) {
        codec::register::<M>(definitions);
    }

    /// Decodes the message.
    ///
    /// # Errors
    /// `invalid_argument` with field and position.
    pub fn read(input: &Input) -> Result<M> {
        input.decode()
    }
}

/// The functions of [`Sure`], for types that do not fit.
pub trait Unsure {
    /// An empty name.
    const NAME: TypeName = TypeName::local("");
    /// No error.
    const ERROR: Option<TypeName> = None;
    /// A message that may have any field.
    const SCHEMA: &'static model::Message = &model::Message {
        name: TypeName::local(""),
        docs: Cow::Borrowed(""),
        fields: Cow::Owned(Vec::new()),
        oneof: None,
        reserved: Reserved::NONE,
        deprecated: false,
    };

    /// The type itself.
    type Of;

    /// Adds nothing.
    fn register(_: &mut Definitions) {}

    /// Decodes nothing.
    ///
    /// # Errors
    /// Always.
    fn read(_: &Input) -> Result<Self::Of> {
        Err(Status::internal("not a message"))
    }
}

impl<T> Unsure for Sure<T> {
    type Of = T;
}

/// The functions of [`Caller`] and [`Mount`] for each shape, with their input and output.
macro_rules! shapes {
    ($($call:ident $serve:ident: $input:ty => $output:ty;)*) => {
        impl<Req: Message, Res: Message, E: Reject> Sure<(Req, Res, E)> {
            $(
                /// Calls a method.
                #[inline]
                pub fn $call(
                    caller: &Caller,
                    method: &'static Method,
                    cx: Context,
                    request: $input,
                ) -> impl Future<Output = Result<$output, E>> + Send {
                    caller.$call(method, cx, request)
                }

                /// Serves a method.
                #[inline]
                pub fn $serve<S: Send + Sync + 'static, F>(
                    mount: &mut Mount<S>,
                    method: &'static Method,
                    call: impl Fn(Arc<S>, Context, $input) -> F + Copy + Send + Sync + 'static,
                ) where
                    F: Future<Output = Result<$output, E>> + Send + 'static,
                {
                    mount.$call(method, call);
                }
            )*

            /// Serves a method that takes several messages at once.
            #[inline]
            pub fn serve_batch<S: Send + Sync + 'static, F>(
                mount: &mut Mount<S>,
                method: &'static Method,
                call: impl Fn(Arc<S>, Context, Req) -> F + Copy + Send + Sync + 'static,
            ) where
                F: Future<Output = Result<Res, E>> + Send + 'static,
            {
                mount.batch(method, call);
            }
        }

        /// The functions of [`Sure`], for the types of a method that do not fit.
        pub trait UnsureMethod<Req, Res, E> {
            $(
                /// Never answers.
                fn $call(
                    _: &Caller,
                    _: &'static Method,
                    _: Context,
                    _: $input,
                ) -> impl Future<Output = Result<$output, E>> + Send {
                    pending()
                }

                /// Serves nothing.
                fn $serve<S, F>(
                    _: &mut Mount<S>,
                    _: &'static Method,
                    _: impl Fn(Arc<S>, Context, $input) -> F,
                ) where
                    F: Future<Output = Result<$output, E>>,
                {
                }
            )*

            /// Serves nothing.
            fn serve_batch<S, F>(_: &mut Mount<S>, _: &'static Method, _: impl Fn(Arc<S>, Context, Req) -> F)
            where
                F: Future<Output = Result<Res, E>>,
            {
            }
        }
    };
}

shapes! {
    unary serve_unary: Req => Res;
    server_stream serve_server_stream: Req => Streaming<Res>;
    client_stream serve_client_stream: Streaming<Req> => Res;
    bidi serve_bidi: Streaming<Req> => Streaming<Res>;
}

impl<Req, Res, E> UnsureMethod<Req, Res, E> for Sure<(Req, Res, E)> {}
