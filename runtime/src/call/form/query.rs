//! Parameters in the query of a URL: `application/x-www-form-urlencoded`, except that a bad escape is an error.

use super::path::told;
use super::{Entry, Origin};
use crate::message::error::DecodeError;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Reads the parameters, in order. A parameter without `=` has empty text.
pub(super) fn read(query: &str) -> impl Iterator<Item = Result<Entry<'_>, DecodeError>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let path = decode(name).map_err(|what| DecodeError::in_query(name, what).by(told(name)))?;
        let text = decode(text).map_err(|what| DecodeError::in_query(&path, what).by(told(&path)))?;
        Ok(Entry { path, text, origin: Origin::Query })
    })
}

fn decode(raw: &str) -> Result<Cow<'_, str>, &'static str> {
    if !raw.contains(['%', '+']) {
        return Ok(Cow::Borrowed(raw));
    }
    let escapes = raw.split('%').skip(1);
    let is_escape =
        |after: &str| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !escapes.clone().all(is_escape) {
        return Err("`%` begins no percent escape; write `%25` for the sign itself");
    }
    let spaced = raw.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| "is not UTF-8")?;
    Ok(Cow::Owned(decoded.into_owned()))
}
