//! The build door reads a crate's source in its build script.
//!
//! It writes the `.proto` files, the OpenAPI document and the AsyncAPI document that the crate's services
//! serve, byte for byte. If asked, it also writes stock prost and tonic stubs from these.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), polywire_codegen::build::Error> {
//!     polywire_codegen::build::Builder::new().source("src/lib.rs").proto_dir("proto").run()
//! }
//! ```

mod error;
mod kinds;
mod resolve;
mod source;
#[cfg(feature = "tonic-stubs")]
mod stubs;

pub use error::Error;

use crate::google;
use crate::schema::api::{Api, Info};
use crate::schema::files::{self, Package};
use crate::schema::{asyncapi, openapi, proto};
use error::Faults;
use source::Sources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The custom options in the `.proto` files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Annotations {
    None,
    /// The option `buf.validate.field`.
    #[default]
    Constraints,
    /// The options `buf.validate.field` and `google.api.http`.
    ConstraintsAndRoutes,
}

/// The sources to read and the files to write.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    sources: Vec<PathBuf>,
    proto_dir: Option<PathBuf>,
    annotations: Annotations,
    out_dir: Option<PathBuf>,
    info: Info,
    openapi: Option<(PathBuf, openapi::Version)>,
    asyncapi: Option<PathBuf>,
    #[cfg(feature = "tonic-stubs")]
    tonic_stubs: bool,
}

impl Builder {
    /// A builder without sources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this file and the modules that it declares in other files. For `src/lib.rs` this is the whole
    /// crate.
    #[must_use]
    pub fn source(mut self, file: impl Into<PathBuf>) -> Self {
        self.sources.push(file.into());
        self
    }

    /// Writes HTTP routes into the `.proto` files, as `google.api.http` options.
    ///
    /// The two files of `google/api` that define these options are written beside them. Replaces
    /// [`plain`](Self::plain).
    #[must_use]
    pub fn http_annotations(mut self) -> Self {
        self.annotations = Annotations::ConstraintsAndRoutes;
        self
    }

    /// Leaves the constraints out of the `.proto` files, as a server's `?plain` does.
    ///
    /// Any protobuf compiler then reads them. With constraints, they need `buf/validate/validate.proto`.
    /// Replaces [`http_annotations`](Self::http_annotations).
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.annotations = Annotations::None;
        self
    }

    /// Writes the generated files here, instead of to `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(dir.into());
        self
    }

    /// Writes the `.proto` files here, each only when it changed. By default they go to the directory of
    /// generated files.
    #[must_use]
    pub fn proto_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.proto_dir = Some(dir.into());
        self
    }

    /// Sets the title, the version and more of the API in the OpenAPI and AsyncAPI documents. The server
    /// needs the same values.
    #[must_use]
    pub fn info(mut self, info: Info) -> Self {
        self.info = info;
        self
    }

    /// Writes the OpenAPI document to this file, such as `openapi.json`, when it changed.
    #[must_use]
    pub fn openapi(mut self, file: impl Into<PathBuf>, version: openapi::Version) -> Self {
        self.openapi = Some((file.into(), version));
        self
    }

    /// Writes the AsyncAPI document to this file, such as `asyncapi.json`, when it changed.
    #[must_use]
    pub fn asyncapi(mut self, file: impl Into<PathBuf>) -> Self {
        self.asyncapi = Some(file.into());
        self
    }

    /// Also writes stubs by prost-build and tonic-build, a module for each package:
    /// `tonic::include_proto!("books.v1")`.
    #[cfg(feature = "tonic-stubs")]
    #[must_use]
    pub fn tonic_stubs(mut self, wanted: bool) -> Self {
        self.tonic_stubs = wanted;
        self
    }

    /// The `.proto` files by name, one for each package, in the order of the names.
    ///
    /// # Errors
    /// Every fault with its file, line and column.
    pub fn protos(&self) -> Result<BTreeMap<String, String>, Error> {
        self.read().map(|read| read.protos)
    }

    /// The input of `schema::openapi::render` and `schema::asyncapi::render`.
    ///
    /// # Errors
    /// Every fault with its file, line and column.
    pub fn api(&self) -> Result<Api, Error> {
        self.read().map(|read| read.api)
    }

    /// Reads the sources and writes all files, as a build script.
    ///
    /// # Errors
    /// Every fault with its file, line and column, or the reason why a file could not be written.
    pub fn run(&self) -> Result<(), Error> {
        let Read { sources, protos, api } = self.read()?;
        let script = std::env::var_os("OUT_DIR").map(PathBuf::from);
        let Some(out) = self.out_dir.as_ref().or(script.as_ref()) else {
            return Err(Error::one(
                "there is no OUT_DIR, because this is not a build script; name a directory with `out_dir`",
            ));
        };
        let dir = self.proto_dir.as_ref().unwrap_or(out);
        for (name, text) in &protos {
            write_if_changed(&dir.join(name), text)?;
        }
        if self.annotations == Annotations::ConstraintsAndRoutes {
            for (name, text) in google::FILES {
                write_if_changed(&dir.join(name), text)?;
            }
        }
        if let Some((file, version)) = &self.openapi {
            write_if_changed(file, &openapi::render(&api, *version))?;
        }
        if let Some(file) = &self.asyncapi {
            write_if_changed(file, &asyncapi::render(&api))?;
        }
        #[cfg(feature = "tonic-stubs")]
        if self.tonic_stubs {
            stubs::write(dir, protos.keys(), out)?;
        }
        if script.is_some() {
            rerun_if_changed(&sources);
        }
        Ok(())
    }

    fn read(&self) -> Result<Read, Error> {
        let mut faults = Faults::default();
        let sources = Sources::read(&self.sources, &mut faults);
        let services = resolve::services(&sources, &mut faults);
        faults.finish()?;
        let mut api = Api::new(self.info.clone());
        let mut packages = BTreeMap::new();
        for (package, (services, definitions)) in services {
            let models = services.iter().map(|service| service.model.clone()).collect();
            services.into_iter().for_each(|service| api.add(service, |known| known.merge(&definitions)));
            packages.insert(package, Package { services: models, types: Vec::new(), definitions });
        }
        let mut faults = Faults::default();
        files::clashes(&packages).iter().for_each(|clash| faults.text(clash));
        faults.finish()?;
        let files = files::files(&packages);
        if let Some(circle) = files::circle(&files) {
            let rule = "polywire writes one file for each package, and files cannot import each other";
            return Err(Error::one(format!(
                "{}: {rule}; move what they share to a third",
                circle.join(", ")
            )));
        }
        let files = files.into_iter().filter(|(name, _)| !files::is_googles(name));
        let render = |file| match self.annotations {
            Annotations::None => proto::render_plain(&file),
            Annotations::Constraints => proto::render(&file),
            Annotations::ConstraintsAndRoutes => proto::render_annotated(&file, &api),
        };
        let protos = files.map(|(name, file)| (name, render(file))).collect();
        Ok(Read { sources, protos, api })
    }
}

/// The result of reading the sources.
struct Read {
    sources: Sources,
    /// The text of each `.proto` file, by its name.
    protos: BTreeMap<String, String>,
    api: Api,
}

/// Writes the text, unless the file holds it already. An unchanged file keeps its time, so nothing is built
/// again for it.
fn write_if_changed(path: &Path, text: &str) -> Result<(), Error> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let dir = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| Error::one(format!("{}: {error}", path.display())))
}

#[allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn rerun_if_changed(sources: &Sources) {
    for file in sources.files() {
        println!("cargo::rerun-if-changed={}", file.display());
    }
}
