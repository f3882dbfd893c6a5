//! [`ConfigError`]: everything that is wrong with a configuration.

use super::node::Fault;
use std::fmt;
use std::io;

/// The faults of a configuration, one a line: the file and the line, or the environment variable; the key; what is
/// wrong with it. A value that may hold a secret is not shown.
///
/// ```
/// use polywire::ConfigSources;
/// let variables = [("SHOP_LIMITS__CONNECTION".to_owned(), "500".to_owned())];
/// let error = ConfigSources::new().variables("SHOP", variables).load().expect_err("a slip");
/// assert_eq!(
///     error.to_string(),
///     "SHOP_LIMITS__CONNECTION: unknown key `limits.connection`; did you mean `limits.connections`?"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    pub(super) fn one(fault: String) -> Self {
        Self(vec![fault])
    }

    /// An error for all of these, if there are any.
    pub(super) fn refuse(faults: Vec<String>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self(faults)) }
    }

    /// A value that a key cannot have, found when it was used.
    pub(super) fn key(key: &str, what: impl fmt::Display) -> Self {
        Self(vec![format!("`{key}`: {what}")])
    }

    pub(super) fn of(fault: Fault) -> Self {
        let keys: Vec<_> = fault.keys.iter().rev().map(String::as_str).collect();
        let mut text = fault.at.map(|place| format!("{place}: ")).unwrap_or_default();
        if !keys.is_empty() {
            text.push_str(&format!("`{}`: ", keys.join(".")));
        }
        text.push_str(&fault.what);
        let is_secret = keys.first().is_some_and(|key| super::SECRET.contains(key));
        if let Some(found) = fault.found.filter(|_| !is_secret) {
            text.push_str(&format!(", found {found}"));
        }
        Self(vec![text])
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

impl From<ConfigError> for io::Error {
    fn from(error: ConfigError) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}
