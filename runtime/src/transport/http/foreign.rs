//! The refusal of forms from other sites. A browser sends a form with its user's cookies and asks nobody
//! first. A page anywhere could make its visitors call a method whose arguments are in the URL. Before any
//! other content type, header or verb, the browser asks (Fetch standard, "CORS-safelisted request-header").
//! The server then decides in its answer to that question.
//!
//! The check covers a POST, PUT, PATCH or DELETE that has no content type, or one that a form can have. It
//! goes by `Sec-Fetch-Site`; without that, by `Origin`, with the rule of WebSocket handshakes
//! (`net/pages.rs`). `Server::cors` lets pages in. Methods that only read, and GETs, are not checked. A layer
//! in front may be the one that answers a browser's question. gRPC and Connect have only content types that a
//! browser asks about. A merged router guards itself.

use super::request::media_type;
use super::response::Failure;
use crate::call::spec::Method;
use crate::call::status::Status;
use crate::net::cors::{Admission, Cors};
use crate::net::entrance::Entrance;
use crate::net::pages;
use http::{HeaderMap, StatusCode, request::Parts};
use polywire_codegen::model::Idempotency;

/// The content types that a form can have.
const FORMS: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Checks a call of `method`. If a page may call only without its user's credentials, they are removed.
///
/// # Errors
/// 403 when a page of another site calls a method that may change something.
pub(super) fn check(
    method: &Method,
    parts: &mut Parts,
    cors: Option<&Cors>,
    entrance: Entrance,
) -> Result<(), Failure> {
    let changes = !parts.method.is_safe() && method.idempotency() != Idempotency::NoSideEffects;
    if !changes || !a_form_can_say(&parts.headers) {
        return Ok(());
    }
    match pages::admit(parts, cors, entrance) {
        Admission::WithCookies => {}
        Admission::WithoutCookies => pages::forget_user(parts),
        Admission::Refused => return Err(refused(pages::origin(&parts.headers))),
    }
    Ok(())
}

fn a_form_can_say(headers: &HeaderMap) -> bool {
    let form = |media: &str| media.is_empty() || FORMS.iter().any(|form| media.eq_ignore_ascii_case(form));
    media_type(headers).is_none_or(form)
}

fn refused(origin: &str) -> Failure {
    let text = format!(
        "a page of another site (origin {origin}) may not call this: allow it with `Server::cors`, or send `content-type: application/json`"
    );
    Failure::new(StatusCode::FORBIDDEN, Status::permission_denied(text))
}
