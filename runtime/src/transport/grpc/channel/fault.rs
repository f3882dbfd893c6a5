//! What hyper and h2 say about a broken connection or stream, as a status (gRPC over HTTP/2, "Errors").

use crate::status::Status;
use h2::Reason;
use std::error::Error;
use std::sync::Arc;

/// The status of a call that ended with `error`.
pub(super) fn status(error: hyper::Error) -> Status {
    let text = describe(&error);
    let status = match reason(&error) {
        Some(Reason::CANCEL) => Status::cancelled(text),
        Some(Reason::ENHANCE_YOUR_CALM) => Status::resource_exhausted(text),
        Some(Reason::INADEQUATE_SECURITY) => Status::permission_denied(text),
        Some(Reason::NO_ERROR | Reason::REFUSED_STREAM) => Status::unavailable(text),
        Some(_) => Status::internal(text),
        None if error.is_parse() => Status::internal(text),
        None => Status::unavailable(text),
    };
    status.with_source(Arc::new(error) as Arc<dyn Error + Send + Sync>)
}

/// hyper's own words are general; the cause says what happened.
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

fn reason(error: &hyper::Error) -> Option<Reason> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(h2) = cause.downcast_ref::<h2::Error>() {
            return h2.reason();
        }
        source = cause.source();
    }
    None
}
