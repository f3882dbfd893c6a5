//! HTTP/JSON: routes by `google.api.http` rules and `POST /package.Service/Method`, for every method with an HTTP plan.
//!
//! [`Table`] finds the rule of a request, and [`call`] hands its parts to the waist. The answer is one JSON
//! message ([`response`]) or a stream of them ([`stream`]). Errors are `google.rpc.Status` in JSON, or RFC 9457
//! when the caller asks for it.

mod accept;
mod call;
mod deadline;
mod foreign;
mod incoming;
mod packing;
mod request;
mod response;
mod stream;
mod table;

pub(crate) use table::Table;
