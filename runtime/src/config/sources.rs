//! [`ConfigSources`]: where a configuration is read from, and the check of its names.

use super::keys::Row;
use super::node::{Node, Value};
use super::{Config, ConfigError, env, read};
use serde::Deserialize as _;
use std::path::{Path, PathBuf};

/// The places that a configuration is read from. A later one replaces single keys of an earlier one.
///
/// ```
/// use polywire::ConfigSources;
/// # fn main() -> Result<(), polywire::ConfigError> {
/// let sources = ConfigSources::new().file_if_there("/etc/books/none.toml").environment("BOOKS");
/// let config = sources.load()?;
/// assert_eq!(config.limits.connections, 10_000);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct ConfigSources(Vec<Source>);

#[derive(Clone)]
enum Source {
    File(PathBuf),
    FileIfThere(PathBuf),
    Environment(String),
    Variables(String, Vec<(String, String)>),
}

impl std::fmt::Debug for Source {
    /// Values may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) | Self::FileIfThere(path) => write!(f, "{}", path.display()),
            Self::Environment(prefix) | Self::Variables(prefix, _) => write!(f, "{prefix}_…"),
        }
    }
}

impl ConfigSources {
    /// Begins with no source, so everything has its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, which must be there.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.0.push(Source::File(path.as_ref().to_owned()));
        self
    }

    /// Adds a file that may be absent.
    #[must_use]
    pub fn file_if_there(mut self, path: impl AsRef<Path>) -> Self {
        self.0.push(Source::FileIfThere(path.as_ref().to_owned()));
        self
    }

    /// Adds the variables of the process that begin with this prefix and `_`. `__` goes into a table, a list is
    /// separated by commas: `POLYWIRE_TLS__KEY`, `POLYWIRE_HOSTS=a.example,b.example`. Variables that Kubernetes sets
    /// for a service of this name are left alone (`POLYWIRE_SERVICE_HOST`, `POLYWIRE_PORT`, …).
    #[must_use]
    pub fn environment(mut self, prefix: impl Into<String>) -> Self {
        self.0.push(Source::Environment(prefix.into()));
        self
    }

    /// Adds these variables, as if they were those of the process.
    #[must_use]
    pub fn variables(
        mut self,
        prefix: impl Into<String>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        self.0.push(Source::Variables(prefix.into(), variables.into_iter().collect()));
        self
    }

    /// Reads all of them.
    ///
    /// # Errors
    /// Everything that is wrong, each with file and line, or with its variable.
    pub fn load(&self) -> Result<Config, ConfigError> {
        let mut whole: Option<Node> = None;
        for source in &self.0 {
            let Some(node) = source.read()? else { continue };
            let mut faults = Vec::new();
            check_names(&node, &Config::rows(), &mut Vec::new(), &mut faults);
            ConfigError::refuse(faults)?;
            match &mut whole {
                Some(whole) => whole.join(node),
                None => whole = Some(node),
            }
        }
        whole.map_or_else(|| Ok(Config::default()), |node| Config::deserialize(node).map_err(ConfigError::of))
    }
}

impl Source {
    fn read(&self) -> Result<Option<Node>, ConfigError> {
        match self {
            Self::FileIfThere(path) if !path.exists() => Ok(None),
            Self::File(path) | Self::FileIfThere(path) => read::file(path).map(Some),
            Self::Environment(prefix) => {
                let text = |text: std::ffi::OsString| text.into_string().ok();
                let variables =
                    std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?)));
                Ok(Some(env::node(prefix, variables)))
            }
            Self::Variables(prefix, variables) => Ok(Some(env::node(prefix, variables.iter().cloned()))),
        }
    }
}

/// Finds keys that are not there, and the ones that may have been meant.
fn check_names(node: &Node, rows: &[Row], path: &mut Vec<String>, faults: &mut Vec<String>) {
    let Value::Table(keys) = &node.value else { return };
    for (key, node) in keys {
        path.push(key.clone());
        let name = path.join(".");
        match rows.iter().find(|row| row.key == key) {
            Some(row) => {
                if let Some(rows) = row.shown.rows() {
                    check_names(node, rows, path, faults);
                }
            }
            None => {
                let meant = nearest(key, rows).map(|near| {
                    let outer = &path[..path.len() - 1];
                    let near = outer.iter().map(String::as_str).chain([near]).collect::<Vec<_>>().join(".");
                    format!("; did you mean `{near}`?")
                });
                faults.push(format!("{}: unknown key `{name}`{}", node.at, meant.unwrap_or_default()));
            }
        }
        path.pop();
    }
}

/// The key that is most like `key`, if one is like it.
fn nearest(key: &str, rows: &[Row]) -> Option<&'static str> {
    let near = rows.iter().map(|row| (distance(key, row.key), row.key)).min()?;
    (near.0 <= 1 + key.chars().count() / 4).then_some(near.1)
}

/// The least number of characters to insert, delete or replace (Levenshtein).
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (at, from) in one.chars().take(100).enumerate() {
        let mut before = at;
        row[0] = at + 1;
        for (column, to) in two.iter().enumerate() {
            let replaced = before + usize::from(from != *to);
            before = row[column + 1];
            row[column + 1] = replaced.min(before + 1).min(row[column] + 1);
        }
    }
    row[two.len()]
}
