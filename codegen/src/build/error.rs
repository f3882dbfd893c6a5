//! The faults in the sources, each with file, line and column.

use std::fmt;
use std::path::Path;

/// Every fault that was found.
pub struct Error(Vec<String>);

impl Error {
    pub(super) fn one(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// Prints the message: a build script that returns the error prints its `Debug` form.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Error {}

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults(Vec<String>);

impl Faults {
    /// Adds a fault that belongs to no line of the source.
    pub(super) fn file(&mut self, file: &Path, text: impl fmt::Display) {
        self.0.push(format!("{}: {text}", file.display()));
    }

    /// Adds a fault whose text names its place.
    pub(super) fn text(&mut self, text: impl fmt::Display) {
        self.0.push(text.to_string());
    }

    /// Adds one fault or several, with spans.
    pub(super) fn spans(&mut self, file: &Path, error: &syn::Error) {
        for fault in error {
            let start = fault.span().start();
            self.0.push(format!("{}:{}:{}: {fault}", file.display(), start.line, start.column + 1));
        }
    }

    /// Ends the collection: an error if there was a fault.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        // A type that is reached in several ways gives the same fault again.
        let mut seen = std::collections::BTreeSet::new();
        self.0.retain(|fault| seen.insert(fault.clone()));
        if self.0.is_empty() { Ok(()) } else { Err(Error(self.0)) }
    }
}
