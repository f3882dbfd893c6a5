//! Makes Rust from `.proto` files: derived types and `#[service]` traits, in a module for each package.
//! Comments are kept.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     polywire_codegen::import::Import::new().include("proto").file("proto/books/v1/books.proto").run()?;
//!     Ok(())
//! }
//! ```
//!
//! The crate then has `include!(concat!(env!("OUT_DIR"), "/polywire.rs"));`. The import reads proto3, and
//! editions that keep to its rules. It refuses proto2. Rules of protovalidate become constraints. Two things
//! are lost, because the documents of a service do not have them: custom options, and the file of a package
//! in which a type stood.

mod circles;
mod constraints;
mod docs;
mod edition;
mod enumeration;
mod layout;
mod load;
mod message;
mod method;
mod rules;
mod scope;
mod service;
mod types;
mod wellknown;

use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

/// The size of the import's stack in bytes. Only the used part takes memory.
const STACK: usize = 128 * 1024 * 1024;

/// The import's sources and its destination.
#[derive(Debug, Clone, Default)]
pub struct Import {
    files: Vec<PathBuf>,
    includes: Vec<PathBuf>,
    out: Option<PathBuf>,
    choices: Choices,
}

/// The choices that a user made for the Rust code.
#[derive(Debug, Clone, Copy, Default)]
struct Choices {
    contexts: Contexts,
    unknown: UnknownFields,
    rules: ForeignRules,
    routes: ForeignRoutes,
}

/// The treatment of routes that polywire cannot serve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ForeignRoutes {
    #[default]
    Refused,
    LeftOut,
}

/// The treatment of protovalidate rules that have no form in `#[field(…)]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ForeignRules {
    #[default]
    Refused,
    LeftOut,
}

/// The treatment of unknown fields in imported messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum UnknownFields {
    #[default]
    Dropped,
    Kept,
}

/// Whether the methods of imported traits take a `Context`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Contexts {
    #[default]
    Without,
    With,
}

impl Import {
    /// An import without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a `.proto` file, which is inside one of the include folders. The used parts of its imports come
    /// with it.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.files.push(path.as_ref().to_owned());
        self
    }

    /// Adds a folder in which `import` looks for files. Some files are there without a folder: those of
    /// `google/protobuf`, `google/api/annotations.proto`, `google/api/http.proto` and
    /// `buf/validate/validate.proto`.
    #[must_use]
    pub fn include(mut self, folder: impl AsRef<Path>) -> Self {
        self.includes.push(folder.as_ref().to_owned());
        self
    }

    /// Gives every method a first argument `cx: polywire::Context`: metadata in and out, the deadline, the
    /// peer.
    #[must_use]
    pub fn with_context(mut self) -> Self {
        self.choices.contexts = Contexts::With;
        self
    }

    /// Keeps the fields that a newer peer sends, and writes them again. Each message gets a
    /// `polywire::UnknownFields`.
    #[must_use]
    pub fn keep_unknown_fields(mut self) -> Self {
        self.choices.unknown = UnknownFields::Kept;
        self
    }

    /// Leaves out protovalidate rules that have no form in `#[field(…)]`, instead of refusing the file.
    ///
    /// These are CEL expressions, `not_in`, and rules of a whole message. Values that break such a rule are
    /// then accepted.
    #[must_use]
    pub fn leave_out_foreign_rules(mut self) -> Self {
        self.choices.rules = ForeignRules::LeftOut;
        self
    }

    /// Leaves out routes of `google.api.http` that polywire cannot serve, instead of refusing the file.
    ///
    /// These are a custom verb (`custom`), `**` before the end of a path, and a route that another method
    /// has. [`Imported::left_out`] names each, and [`Import::run`] prints them as warnings of the build. The
    /// methods stay on every other wire.
    #[must_use]
    pub fn leave_out_foreign_routes(mut self) -> Self {
        self.choices.routes = ForeignRoutes::LeftOut;
        self
    }

    /// Sets the file to write, instead of `polywire.rs` in cargo's `OUT_DIR`.
    #[must_use]
    pub fn out(mut self, path: impl AsRef<Path>) -> Self {
        self.out = Some(path.as_ref().to_owned());
        self
    }

    /// Writes the Rust file, unless it is there and the same, and returns its path.
    ///
    /// In a build script it tells cargo which files it read, and warns about the routes that it left out.
    ///
    /// # Errors
    /// Fails when a file cannot be read, is not valid protobuf, or says something that polywire's types
    /// cannot.
    #[allow(clippy::print_stdout, reason = "cargo reads the standard output of build.rs")]
    pub fn run(&self) -> Result<PathBuf, Error> {
        let folder = env::var_os("OUT_DIR");
        let out = match (&self.out, &folder) {
            (Some(path), _) => path.clone(),
            (None, Some(folder)) => Path::new(folder).join("polywire.rs"),
            (None, None) => {
                let rule = "outside of build.rs there is no OUT_DIR";
                return Err(Error::one(format!("{rule}; name the file to write with `Import::out`")));
            }
        };
        let (paths, imported) = self.read()?;
        if self.out.is_none() {
            paths.iter().for_each(|path| println!("cargo:rerun-if-changed={}", path.display()));
        }
        if folder.is_some() {
            imported.left_out.iter().for_each(|route| println!("cargo:warning={route}"));
        }
        imported.write(&out)?;
        Ok(out)
    }

    /// The Rust source and the list of left-out routes. Nothing is written.
    ///
    /// # Errors
    /// The same as those of [`Import::run`].
    pub fn imported(&self) -> Result<Imported, Error> {
        self.read().map(|(_, imported)| imported)
    }

    /// The files that were read, and their result. The work runs on a stack of its own: parsers and printers
    /// recurse for nested parts, and this stack bounds how deep a file may nest.
    fn read(&self) -> Result<(Vec<PathBuf>, Imported), Error> {
        let work = || {
            let loaded = load::load(&self.files, &self.includes)?;
            layout::render(&loaded, self.choices).map(|imported| (loaded.paths, imported))
        };
        let fault = |what: &str| {
            Error::one(format!("the importer {what}; please report the file that it did so for"))
        };
        thread::scope(|scope| {
            let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            let thread = thread.map_err(|error| fault(&format!("has no thread ({error})")))?;
            thread.join().unwrap_or_else(|_| Err(fault("panicked")))
        })
    }

    /// The Rust source. Nothing is written.
    ///
    /// # Errors
    /// The same as those of [`Import::run`].
    pub fn source(&self) -> Result<String, Error> {
        self.imported().map(|imported| imported.source)
    }
}

/// The Rust made from `.proto` files, and the list of left-out routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    source: String,
    left_out: Vec<String>,
}

impl Imported {
    /// The Rust source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The routes that [`Import::leave_out_foreign_routes`] left out, each with file, method and reason.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Writes the source, unless the file holds it already.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        if fs::read_to_string(path).ok().as_ref() == Some(&self.source) {
            return Ok(());
        }
        fs::write(path, &self.source).map_err(|error| Error::one(format!("{}: {error}", path.display())))
    }
}

/// The faults in the `.proto` files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Error(Vec<String>);

impl Error {
    fn one(text: String) -> Self {
        Self(vec![text])
    }

    fn push(&mut self, text: String) {
        if !self.0.contains(&text) {
            self.0.push(text);
        }
    }

    fn finish(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Error {}
