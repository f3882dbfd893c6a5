//! Writes the Rust for `.proto` files, as build.rs does: `import OUT INCLUDE FILE…`.

use polywire_codegen::import::Import;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let (Some(out), Some(include)) = (args.next(), args.next()) else {
        eprintln!("usage: import OUT INCLUDE FILE…");
        return ExitCode::FAILURE;
    };
    let import = args.fold(Import::new().out(out).include(include), Import::file);
    match import.run() {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
