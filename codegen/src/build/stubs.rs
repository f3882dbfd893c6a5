//! Compiles the `.proto` files to stock prost messages, tonic servers and tonic clients, without protoc.

use super::Error;
use crate::schema::protovalidate;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use std::path::{Path, PathBuf};

/// Compiles these files of `dir` into `out`.
pub(super) fn write<'a>(
    dir: &Path,
    files: impl Iterator<Item = &'a String>,
    out: &Path,
) -> Result<(), Error> {
    let fault = |error: protox::Error| Error::one(format!("the .proto: {error}"));
    let mut resolver = ChainFileResolver::new();
    resolver.add(Written(dir.to_owned()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    for file in files {
        compiler.open_file(file).map_err(fault)?;
    }
    let mut set = compiler.file_descriptor_set();
    // The stubs do not check constraints.
    set.file.retain(|file| file.name() != protovalidate::IMPORT);
    let build = tonic_prost_build::configure().out_dir(out).emit_rerun_if_changed(false);
    build.compile_fds(set).map_err(|error| Error::one(format!("the stubs: {error}")))
}

/// The files that the build door wrote, and the file that defines protovalidate's options in them.
struct Written(PathBuf);

impl FileResolver for Written {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match std::fs::read_to_string(self.0.join(name)) {
            Ok(text) => File::from_source(name, &text),
            Err(_) if name == protovalidate::IMPORT => File::from_source(name, protovalidate::SUBSET),
            Err(_) => Err(protox::Error::file_not_found(name)),
        }
    }
}
