//! Errors of hyper and h2 about a broken connection or stream, as a status (gRPC over HTTP/2, "Errors").

use crate::call::status::Status;
use h2::Reason;
use std::error::Error;

/// The status of a call that ended with `error`.
pub(super) fn status(error: hyper::Error) -> Status {
    let text = describe(&error);
    let status = match find(&error).and_then(h2::Error::reason) {
        Some(Reason::CANCEL) => Status::cancelled(text),
        Some(Reason::ENHANCE_YOUR_CALM) => Status::resource_exhausted(text),
        Some(Reason::INADEQUATE_SECURITY) => Status::permission_denied(text),
        Some(Reason::NO_ERROR | Reason::REFUSED_STREAM) => Status::unavailable(text),
        Some(_) => Status::internal(text),
        None if error.is_parse() => Status::internal(text),
        None => Status::unavailable(text),
    };
    status.with_source(error)
}

/// The status of a connection that broke before it carried a call.
pub(super) fn unavailable(error: hyper::Error) -> Status {
    Status::unavailable(describe(&error)).with_source(error)
}

/// Whether the server says that it never looked at the call: it refused the stream, or said goodbye before
/// the stream.
pub(super) fn never_seen(status: &Status) -> bool {
    let Some(source) = status.source() else { return false };
    find(source).is_some_and(|error| match error.reason() {
        Some(Reason::REFUSED_STREAM) => error.is_remote(),
        Some(Reason::NO_ERROR) => error.is_go_away() && error.is_remote(),
        _ => false,
    })
}

/// Describes an error with its causes. hyper's own words are general; the cause says what happened.
fn describe(error: &hyper::Error) -> String {
    let mut text = format!("the connection to the server failed: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a h2::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(h2) = error.downcast_ref::<h2::Error>() {
            return Some(h2);
        }
        cause = error.source();
    }
    None
}
