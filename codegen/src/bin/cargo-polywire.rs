//! `cargo polywire import` makes Rust from `.proto` files once, by hand.
//!
//! It is for a project that has no build.rs or leaves protobuf behind.

use polywire_codegen::import::Import;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo polywire import [--include FOLDER]… [--out FILE] [--context] [--keep-unknown-fields]
                             [--leave-out-foreign-rules] [--leave-out-foreign-routes] FILE.proto…

  --include FOLDER        where the files, and what they import, are found; the working directory unless given
  --out FILE              the Rust file to write; standard output unless given
  --context               every method takes a `cx: polywire::Context`
  --keep-unknown-fields   messages keep the fields of newer peers
  --leave-out-foreign-rules
                          rules of protovalidate that `#[field(…)]` has not are left out instead of refused
  --leave-out-foreign-routes
                          routes that polywire cannot serve are left out, and named, instead of refused";

fn main() -> ExitCode {
    // The first argument is the subcommand's name: cargo adds it.
    let mut args: Vec<OsString> = std::env::args_os().skip(1).collect();
    if args.first().is_some_and(|first| first == "polywire") {
        args.remove(0);
    }
    match run(args.into_iter()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the Rust goes there unless a file is named")]
fn run(mut args: impl Iterator<Item = OsString>) -> Result<(), String> {
    let wanted = args.next();
    if wanted.as_ref().is_some_and(|wanted| wanted == "--help" || wanted == "help") {
        println!("{USAGE}");
        return Ok(());
    }
    if wanted.is_none_or(|wanted| wanted != "import") {
        return Err(USAGE.to_owned());
    }
    let (mut import, mut includes, mut files, mut out) = (Import::new(), 0, 0, None);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{} needs a value\n\n{USAGE}", arg.display()));
        import = match arg.to_str() {
            Some("--include" | "-I") => {
                includes += 1;
                import.include(value()?)
            }
            Some("--out" | "-o") => {
                out = Some(PathBuf::from(value()?));
                import
            }
            Some("--help" | "-h") => {
                println!("{USAGE}");
                return Ok(());
            }
            Some("--context") => import.with_context(),
            Some("--keep-unknown-fields") => import.keep_unknown_fields(),
            Some("--leave-out-foreign-rules") => import.leave_out_foreign_rules(),
            Some("--leave-out-foreign-routes") => import.leave_out_foreign_routes(),
            Some(option) if option.starts_with('-') => {
                return Err(format!("no option `{option}`\n\n{USAGE}"));
            }
            _ => {
                files += 1;
                import.file(arg)
            }
        };
    }
    if files == 0 {
        return Err(format!("name at least one .proto file\n\n{USAGE}"));
    }
    if includes == 0 {
        import = import.include(".");
    }
    let imported = import.imported().map_err(|error| error.to_string())?;
    imported.left_out().iter().for_each(|route| eprintln!("left out: {route}"));
    match out {
        Some(path) => imported.write(&path).map_err(|error| error.to_string())?,
        None => print!("{}", imported.source()),
    }
    Ok(())
}
