//! The reference of all keys, as a file in TOML. The rows of the tables make it.

use super::Config;
use super::keys::{Row, Shown};

impl Config {
    /// A file in TOML with every key of this build, its documentation and its default. Read as it is, it changes
    /// nothing. A key without a default stands behind `#`, with a value that it may have.
    ///
    /// ```
    /// let reference = polywire::Config::reference();
    /// assert!(reference.contains("connections = 10000"));
    /// ```
    pub fn reference() -> String {
        let mut text = String::new();
        write(&Self::rows(), "", "", &mut text);
        text
    }
}

/// Writes the keys of one table. `off` stands before each of them if the table is not there by default.
fn write(rows: &[Row], table: &str, off: &str, text: &mut String) {
    for row in rows {
        let (key, docs) = (row.key, &row.docs);
        if !text.is_empty() {
            text.push('\n');
        }
        for line in docs {
            text.push_str(&format!("#{line}\n"));
        }
        match &row.shown {
            Shown::Default(value) => text.push_str(&format!("{off}{key} = {value}\n")),
            Shown::Example(value) => text.push_str(&format!("#{key} = {value}\n")),
            Shown::Table(rows) => {
                text.push_str(&format!("{off}[{table}{key}]\n"));
                write(rows, &format!("{table}{key}."), off, text);
            }
            Shown::Optional(rows) => {
                text.push_str(&format!("#[{table}{key}]\n"));
                write(rows, &format!("{table}{key}."), "#", text);
            }
        }
    }
}

#[cfg(all(
    test,
    feature = "grpc",
    feature = "tls",
    feature = "amqp",
    feature = "memory",
    feature = "axum",
    unix
))]
mod tests {
    use super::super::ConfigOperation;
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The options that no file can give, each with the reason.
    const OF_PROGRAMS: [(&str, &str); 9] = [
        ("health", "shared with the program"),
        ("inbox", "code"),
        ("interceptor", "code"),
        ("layer", "code"),
        ("listener", "a socket that is bound already"),
        ("merge", "code"),
        ("service", "code"),
        ("into_local", "what is made of a server"),
        ("into_router", "what is made of a server"),
    ];

    fn from_here(path: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            match entry.is_dir() {
                true => sources(&entry, found),
                false => found.push(entry),
            }
        }
    }

    /// Every method of this type in the server's hall that takes `self` and returns `Self`.
    fn options_of(name: &str) -> BTreeSet<String> {
        let head = format!("impl {name} {{");
        let mut files = vec![from_here("src/server.rs")];
        sources(&from_here("src/server"), &mut files);
        let mut options = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(&file).expect("a source");
            let mut is_its_own = false;
            for (at, _) in text.match_indices('\n') {
                let line = &text[at + 1..];
                if line.starts_with("impl") {
                    is_its_own = line.starts_with(&head);
                }
                let Some(signature) = line.strip_prefix("    pub fn ").filter(|_| is_its_own) else {
                    continue;
                };
                let signature = signature.split_once('{').map_or(signature, |(signature, _)| signature);
                let takes_self = ["(self", "(mut self", "(\n        self", "(\n        mut self"];
                if takes_self.iter().any(|taken| signature.contains(taken)) && signature.contains("-> Self") {
                    let end = signature.find(['(', '<']).expect("a name");
                    options.insert(signature[..end].to_owned());
                }
            }
        }
        options
    }

    #[test]
    fn every_option_of_a_server_is_a_key_or_is_for_programs() {
        check("Server", &Config::rows(), &OF_PROGRAMS);
        let code = [("metrics", "code"), ("listener", "a socket that is bound already")];
        check("Operation", &ConfigOperation::rows(), &code);
    }

    fn check(name: &str, rows: &[Row], programs: &[(&str, &str)]) {
        let keys: BTreeSet<_> = rows.iter().map(|row| row.key.to_owned()).collect();
        let programs: BTreeSet<_> = programs.iter().map(|(name, _)| (*name).to_owned()).collect();
        let options = options_of(name);
        assert!(options.len() >= keys.len(), "the options are not found: {options:?}");
        for option in &options {
            assert!(
                keys.contains(option) || programs.contains(option),
                "`{name}::{option}` is in no row of src/config.rs. Add a row of this name, or say here why \
                 only a program can give it"
            );
        }
        for key in keys.iter().filter(|key| *key != "log") {
            assert!(options.contains(key), "the key `{key}` is no option of `{name}`");
        }
    }

    #[test]
    fn the_guide_has_the_reference() {
        // A link to the chapter, which is a file in the package.
        let path = from_here("guide/configuration.md");
        let text = fs::read_to_string(&path).expect("the chapter");
        let (begin, end) =
            ("<!-- keys: written by a test, from src/config.rs -->\n```toml\n", "```\n<!-- end of keys -->");
        let (before, rest) = text.split_once(begin).expect("the mark before the keys");
        let (_, after) = rest.split_once(end).expect("the mark behind the keys");
        let fresh = format!("{before}{begin}{}{end}{after}", Config::reference());
        if std::env::var_os("POLYWIRE_BLESS").is_some() {
            return fs::write(path, fresh).expect("written");
        }
        assert_eq!(
            text, fresh,
            "docs/configuration.md is not what the rows say; bless it with POLYWIRE_BLESS=1"
        );
    }
}
