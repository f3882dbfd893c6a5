//! The build door: a crate's source, read in its build script, gives the `.proto` files, the OpenAPI and the AsyncAPI
//! document that its services serve, byte for byte, and from these, if asked, stock prost and tonic stubs.
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

/// The options of others that `.proto` files say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Annotations {
    None,
    /// `buf.validate.field`.
    #[default]
    Constraints,
    /// These and `google.api.http`.
    ConstraintsAndRoutes,
}

/// What to read, and where to write.
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
    /// Reads nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this file and the modules that it declares in files of their own, such as all of `src/lib.rs`.
    #[must_use]
    pub fn source(mut self, file: impl Into<PathBuf>) -> Self {
        self.sources.push(file.into());
        self
    }

    /// Says the HTTP routes in the `.proto` files, as `google.api.http` options, and writes the two files of `google/api` that these
    /// need beside them. It takes the place of [`plain`](Self::plain).
    #[must_use]
    pub fn http_annotations(mut self) -> Self {
        self.annotations = Annotations::ConstraintsAndRoutes;
        self
    }

    /// Leaves the constraints out of the `.proto` files, as a server's `?plain` does, so that any protobuf compiler reads them: otherwise
    /// they need `buf/validate/validate.proto`. It takes the place of [`http_annotations`](Self::http_annotations).
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.annotations = Annotations::None;
        self
    }

    /// Writes what is generated here, instead of to `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(dir.into());
        self
    }

    /// Writes the `.proto` files here, each only when it changed; otherwise they go to the directory of what is generated.
    #[must_use]
    pub fn proto_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.proto_dir = Some(dir.into());
        self
    }

    /// What the OpenAPI and AsyncAPI documents say of the API as a whole; the server must be told the same.
    #[must_use]
    pub fn info(mut self, info: Info) -> Self {
        self.info = info;
        self
    }

    /// Writes the OpenAPI document here, such as to `openapi.json`, when it changed.
    #[must_use]
    pub fn openapi(mut self, file: impl Into<PathBuf>, version: openapi::Version) -> Self {
        self.openapi = Some((file.into(), version));
        self
    }

    /// Writes the AsyncAPI document here, such as to `asyncapi.json`, when it changed.
    #[must_use]
    pub fn asyncapi(mut self, file: impl Into<PathBuf>) -> Self {
        self.asyncapi = Some(file.into());
        self
    }

    /// Writes stubs by prost-build and tonic-build too, a module for each package:
    /// `tonic::include_proto!("books.v1")`.
    #[cfg(feature = "tonic-stubs")]
    #[must_use]
    pub fn tonic_stubs(mut self, wanted: bool) -> Self {
        self.tonic_stubs = wanted;
        self
    }

    /// The `.proto` files by name, one a package, in the order of the names.
    ///
    /// # Errors
    /// Every fault with its file, line and column.
    pub fn protos(&self) -> Result<BTreeMap<String, String>, Error> {
        self.read().map(|read| read.protos)
    }

    /// What the OpenAPI and AsyncAPI documents are made from: `schema::openapi::render` and `schema::asyncapi::render` take it.
    ///
    /// # Errors
    /// Every fault with its file, line and column.
    pub fn api(&self) -> Result<Api, Error> {
        self.read().map(|read| read.api)
    }

    /// Does it, as a build script.
    ///
    /// # Errors
    /// Every fault with its file, line and column; or why a file could not be written.
    pub fn run(&self) -> Result<(), Error> {
        let Read { sources, protos, api } = self.read()?;
        let script = std::env::var_os("OUT_DIR").map(PathBuf::from);
        let Some(out) = self.out_dir.as_ref().or(script.as_ref()) else {
            return Err(Error::one(
                "there is no OUT_DIR, because this is no build script; name a directory with `out_dir`",
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
            let rule = "files of protobuf cannot import each other, and a package is one file";
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

/// What the sources say.
struct Read {
    sources: Sources,
    /// By file name.
    protos: BTreeMap<String, String>,
    api: Api,
}

/// A file that did not change keeps its time, so that nothing that depends on it is built again.
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
