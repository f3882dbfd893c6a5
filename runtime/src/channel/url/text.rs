//! A URL as it was written. It can be shown without secrets: without user and password, and without the values
//! of its query.

use std::fmt;

/// The text of a URL. `Display` and `Debug` leave out the parts that may be secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct UrlText(String);

impl UrlText {
    /// The whole text, to connect with.
    pub(crate) fn as_written(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for UrlText {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for UrlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

impl fmt::Display for UrlText {
    /// Hides everything up to the last `@`. A password may hold any character if its writer forgot to escape it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = match self.0.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['@', ':']) => {
                write!(f, "{scheme}://")?;
                rest
            }
            Some(_) | None if self.0.contains('@') => &self.0,
            Some(_) | None => return show_members(&self.0, f),
        };
        let rest = match rest.rsplit_once('@') {
            Some((_, rest)) => {
                f.write_str("***@")?;
                rest
            }
            None => rest,
        };
        let place = rest.find(['?', '#']).unwrap_or(rest.len());
        show_place(&rest[..place], f)?;
        show_members(&rest[place..], f)
    }
}

/// Shows host, port and path. A text in the place of the port that cannot be one may be a password whose host
/// is missing.
fn show_place(place: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    match authority.rsplit_once(':') {
        Some((host, port))
            if port.bytes().any(|byte| byte.is_ascii_alphabetic()) && !host.starts_with('[') =>
        {
            write!(f, "{host}:***{path}")
        }
        Some(_) | None => f.write_str(place),
    }
}

/// Shows a text up to its query, and then the names of the query's members without their values.
fn show_members(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(mark) = text.find(['?', '#']) else { return f.write_str(text) };
    f.write_str(&text[..=mark])?;
    for (at, member) in text[mark + 1..].split('&').enumerate() {
        let between = if at == 0 { "" } else { "&" };
        match member.split_once('=') {
            Some((name, _)) => write!(f, "{between}{name}=***")?,
            None => write!(f, "{between}***")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_may_be_secret() {
        for (written, shown) in [
            ("grpc://127.0.0.1:8080/base", "grpc://127.0.0.1:8080/base"),
            ("memory:orders", "memory:orders"),
            ("memory:", "memory:"),
            ("amqp://user:secret@broker:5673/shop", "amqp://***@broker:5673/shop"),
            ("amqp://secret@broker", "amqp://***@broker"),
            ("amqp://user:se@cret@broker", "amqp://***@broker"),
            ("amqp://user:se/c?r#et@broker", "amqp://***@broker"),
            ("amqp:user:secret@broker", "***@broker"),
            ("user:secret://a@broker", "***@broker"),
            ("amqp://user:secret", "amqp://user:***"),
            ("ws://host/ws?access_token=secret&x=1", "ws://host/ws?access_token=***&x=***"),
            ("ws://host?secret", "ws://host?***"),
            ("ws://host/#secret", "ws://host/#***"),
            ("grpc://127.0.0.1:-1", "grpc://127.0.0.1:-1"),
            ("grpc://[::1]:x", "grpc://[::1]:x"),
            ("", ""),
        ] {
            let text = UrlText::from(written);
            assert_eq!((text.to_string().as_str(), text.as_written()), (shown, written));
            assert_eq!(format!("{text:?}"), format!("{shown:?}"));
        }
    }
}
