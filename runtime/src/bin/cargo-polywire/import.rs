//! `cargo polywire import` makes Rust from `.proto` files once, by hand.
//!
//! The command serves projects that have no build.rs, and those that leave protobuf behind.

use clap::Args;
use polywire_codegen::import::Import;
use std::path::PathBuf;

/// Makes a Rust file with traits and messages from .proto files.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The .proto files
    #[arg(required = true, value_name = "FILE.proto")]
    files: Vec<PathBuf>,
    /// A folder where the files, and what they import, are found; may be given more than once
    #[arg(long, short = 'I', value_name = "FOLDER", default_value = ".")]
    include: Vec<PathBuf>,
    /// The Rust file to write; standard output unless given
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Gives every method a `cx: polywire::Context`
    #[arg(long)]
    context: bool,
    /// Lets messages keep the fields of newer peers
    #[arg(long)]
    keep_unknown_fields: bool,
    /// Leaves out rules of protovalidate that `#[field(…)]` does not have, instead of refusing the file
    #[arg(long)]
    leave_out_foreign_rules: bool,
    /// Leaves out and names routes that polywire cannot serve, instead of refusing the file
    #[arg(long)]
    leave_out_foreign_routes: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), String> {
    let mut import = Import::new();
    for folder in arguments.include {
        import = import.include(folder);
    }
    for file in arguments.files {
        import = import.file(file);
    }
    if arguments.context {
        import = import.with_context();
    }
    if arguments.keep_unknown_fields {
        import = import.keep_unknown_fields();
    }
    if arguments.leave_out_foreign_rules {
        import = import.leave_out_foreign_rules();
    }
    if arguments.leave_out_foreign_routes {
        import = import.leave_out_foreign_routes();
    }
    let imported = import.imported().map_err(|error| error.to_string())?;
    imported.left_out().iter().for_each(|route| eprintln!("left out: {route}"));
    match arguments.out {
        Some(path) => imported.write(&path).map_err(|error| error.to_string())?,
        None => print!("{}", imported.source()),
    }
    Ok(())
}
