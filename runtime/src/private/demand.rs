//! What generated code asks of the types in a method's signature, so that one mistake is one error that says what to write.
//!
//! One place asks ([`Request`], [`Response`], [`MethodError`], [`Plain`]). Everywhere else a type stands in a [`Sure`], whose functions have
//! twins of the same names in [`Unsure`] for types that do not fit: the compiler takes these without a word.

use crate::call::context::Context;
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

/// What a method takes, or an item of a stream of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message, so a method cannot take it as its request",
    label = "not a message",
    note = "a request, or an item of a stream, is a struct or an enum with data that has `#[derive(polywire::Message)]`",
    note = "a newtype, an enum without data, or a type of another crate is a field of a request: write `#[field]` before the argument"
)]
pub trait Request {
    /// Its name.
    const NAME: TypeName;
}

#[diagnostic::do_not_recommend]
impl<M: Message> Request for M {
    const NAME: TypeName = M::NAME;
}

/// What a method returns, or an item of a stream of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message, so a method cannot return it as its response",
    label = "not a message",
    note = "a response, or an item of a stream, is a struct or an enum with data that has `#[derive(polywire::Message)]`",
    note = "a newtype, an enum without data, or a type of another crate is a field of a response: write `#[field]` before the method"
)]
pub trait Response {
    /// Its name.
    const NAME: TypeName;
}

#[diagnostic::do_not_recommend]
impl<M: Message> Response for M {
    const NAME: TypeName = M::NAME;
}

/// How a method fails.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a method",
    note = "use `polywire::Status`, or `#[derive(polywire::Error)]` on an enum of your own"
)]
pub trait MethodError {
    /// Its name; `None` of the plain status.
    const NAME: Option<TypeName>;
}

#[diagnostic::do_not_recommend]
impl<E: Reject> MethodError for E {
    const NAME: Option<TypeName> = E::NAME;
}

/// A `Result` that is written with one type, and fails with the plain status.
#[diagnostic::on_unimplemented(
    message = "the error of `{Self}` is not `polywire::Status`",
    label = "an alias that hides its error",
    note = "documents and clients name a method's error, and an alias does not show it: write `Result<T, E>` with the error in place of `E`"
)]
pub trait Plain {
    /// The name of a plain status: none.
    const ERROR: Option<TypeName>;
}

impl<T> Plain for Result<T> {
    const ERROR: Option<TypeName> = None;
}

/// What is written behind the arrow of a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Result`",
    note = "every call can fail; return `polywire::Result`"
)]
pub trait Fallible {
    /// How a call fails.
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
    /// The context of a call, as the parameter.
    fn take(cx: Context) -> Self;
    /// The parameter, as the context of a call.
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

/// What a method of `#[service(unimplemented)]` answers that an implementation leaves out.
pub fn unimplemented<T: Send, E: Reject>(path: &'static str) -> impl Future<Output = Result<T, E>> + Send {
    let status = Status::unimplemented(format!("{} is not implemented", &path[1..]));
    ready(Err(E::from_status(status, "")))
}

/// Types of a signature: a message, or request, response and error of a method.
#[derive(Debug)]
pub struct Sure<T>(PhantomData<T>);

impl<M: Message> Sure<M> {
    /// The message's name.
    pub const NAME: TypeName = M::NAME;
    /// Its name, as that of a method's error.
    pub const ERROR: Option<TypeName> = Some(M::NAME);
    /// The message as data.
    pub const SCHEMA: &'static model::Message = M::SCHEMA;

    /// Adds the message, and all it reaches.
    pub fn register(definitions: &mut Definitions) {
        codec::register::<M>(definitions);
    }
}

/// What the functions of [`Sure`] are for types that do not fit.
pub trait Unsure {
    /// A name in place of one.
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

    /// Adds nothing.
    fn register(_: &mut Definitions) {}
}

impl<T> Unsure for Sure<T> {}

/// The functions of [`Caller`] and [`Mount`] for each shape: what goes in, and what comes out.
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
        }

        /// What the functions of [`Sure`] are for the types of a method that do not fit.
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
