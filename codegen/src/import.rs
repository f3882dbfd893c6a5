//! Rust from `.proto` files: derived types and `#[service]` traits, with the comments kept, in a module for each package.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     polywire_codegen::import::Import::new().include("proto").file("proto/books/v1/books.proto").run()?;
//!     Ok(())
//! }
//! ```
//! and in the crate `include!(concat!(env!("OUT_DIR"), "/polywire.rs"));`. proto3, and editions that keep to its rules;
//! proto2 is refused. Rules of protovalidate become constraints. What the documents of a service leave out is lost: custom
//! options, and which file of a package a type was in.

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

use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

/// The stack of an import, of which only what is used takes memory.
const STACK: usize = 128 * 1024 * 1024;

/// What to import, and where to.
#[derive(Debug, Clone, Default)]
pub struct Import {
    files: Vec<PathBuf>,
    includes: Vec<PathBuf>,
    out: Option<PathBuf>,
    choices: Choices,
}

/// What a user chose of the Rust.
#[derive(Debug, Clone, Copy, Default)]
struct Choices {
    contexts: Contexts,
    unknown: UnknownFields,
    rules: ForeignRules,
    routes: ForeignRoutes,
}

/// What becomes of routes that polywire cannot serve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ForeignRoutes {
    #[default]
    Refused,
    LeftOut,
}

/// What becomes of rules of protovalidate that have no form in `#[field(…)]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ForeignRules {
    #[default]
    Refused,
    LeftOut,
}

/// What imported messages do with fields that they do not know.
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
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A `.proto` file, inside one of the include folders. What it imports comes with it as far as it is used.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.files.push(path.as_ref().to_owned());
        self
    }

    /// A folder that `import` looks in. The files of `google/protobuf`, `google/api/annotations.proto`, `google/api/http.proto` and
    /// `buf/validate/validate.proto` are there without one.
    #[must_use]
    pub fn include(mut self, folder: impl AsRef<Path>) -> Self {
        self.includes.push(folder.as_ref().to_owned());
        self
    }

    /// Gives every method a first argument `cx: polywire::Context`: metadata in and out, the deadline, the peer.
    #[must_use]
    pub fn with_context(mut self) -> Self {
        self.choices.contexts = Contexts::With;
        self
    }

    /// Keeps the fields that a newer peer sends, and writes them again: each message gets a `polywire::UnknownFields`.
    #[must_use]
    pub fn keep_unknown_fields(mut self) -> Self {
        self.choices.unknown = UnknownFields::Kept;
        self
    }

    /// Leaves out the rules of protovalidate that have no form in `#[field(…)]` (CEL expressions, `not_in`, rules of a whole message),
    /// instead of refusing the file: what they would keep out then comes in.
    #[must_use]
    pub fn leave_out_foreign_rules(mut self) -> Self {
        self.choices.rules = ForeignRules::LeftOut;
        self
    }

    /// Leaves out the routes of `google.api.http` that polywire cannot serve, instead of refusing the file: a verb of its own
    /// (`custom`), `**` before the end of a path, a route that another method has. [`Imported::left_out`] names each, and
    /// [`Import::run`] prints them as warnings of the build. The methods stay, on every other wire.
    #[must_use]
    pub fn leave_out_foreign_routes(mut self) -> Self {
        self.choices.routes = ForeignRoutes::LeftOut;
        self
    }

    /// The file to write, instead of `polywire.rs` in cargo's `OUT_DIR`.
    #[must_use]
    pub fn out(mut self, path: impl AsRef<Path>) -> Self {
        self.out = Some(path.as_ref().to_owned());
        self
    }

    /// Writes the Rust file, unless it is the same already, and gives its path. In build.rs it tells cargo which files it
    /// read, and warns of what was left out.
    ///
    /// # Errors
    /// When a file cannot be read, is no valid protobuf, or says what polywire's types cannot.
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

    /// The Rust source and what it leaves out, unwritten.
    ///
    /// # Errors
    /// As [`Import::run`].
    pub fn imported(&self) -> Result<Imported, Error> {
        self.read().map(|(_, imported)| imported)
    }

    /// The files that were read, and what they became. On a stack of its own: parsers and printers call themselves for what is nested,
    /// and what a file may nest is bounded by that stack.
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

    /// The Rust source, unwritten.
    ///
    /// # Errors
    /// As [`Import::run`].
    pub fn source(&self) -> Result<String, Error> {
        self.imported().map(|imported| imported.source)
    }
}

/// The Rust made of `.proto` files, and what it leaves out.
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
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        if fs::read_to_string(path).ok().as_ref() == Some(&self.source) {
            return Ok(());
        }
        fs::write(path, &self.source).map_err(|error| Error::one(format!("{}: {error}", path.display())))
    }
}

/// Everything that is wrong with the `.proto` files.
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
