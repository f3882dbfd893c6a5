//! Stock prost messages, tonic servers and tonic clients from the `.proto` files, without protoc.

use super::Error;
use std::path::Path;

/// Compiles these files of `dir` into `out`.
pub(super) fn write<'a>(
    dir: &Path,
    files: impl Iterator<Item = &'a String>,
    out: &Path,
) -> Result<(), Error> {
    let files: Vec<&Path> = files.map(Path::new).collect();
    let set = protox::compile(files, [dir]).map_err(|error| Error::one(format!("the .proto: {error}")))?;
    let build = tonic_prost_build::configure().out_dir(out).emit_rerun_if_changed(false);
    build.compile_fds(set).map_err(|error| Error::one(format!("the stubs: {error}")))
}
