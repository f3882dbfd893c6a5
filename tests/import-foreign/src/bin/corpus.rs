//! Imports each file of large collections by itself: `corpus [--all] FOLDER…` prints `imported N of M`, and
//! the reasons for which the others were refused. It takes every tenth file, unless all are asked for.
//!
//! It fails when a file makes the importer panic, or is refused for a reason that is not in `REASONS`.

#![allow(clippy::print_stdout, reason = "its output is its result")]

use polywire_codegen::import::{Error, Import};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, thread};

/// Why a file may be refused; anything else is a fault of ours.
const REASONS: &[&str] = &[
    "it is proto2",
    "use each other's types",
    "' not found",
    "`features.",
    "`field_presence",
    "`extensions`",
    // The compiler's own descriptor.proto is older than these extensions, and it looks names up in packages
    // that are not imported.
    "as an extension number",
    "is not defined",
];

/// How much stack an import has, as a guard against recursion.
const STACK: usize = 16 * 1024 * 1024;

/// A file, and the folder that it is imported from.
struct Case {
    include: PathBuf,
    file: PathBuf,
}

fn main() -> io::Result<ExitCode> {
    let (options, folders): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let step = if options.iter().any(|option| option == "--all") { 1 } else { 10 };
    let mut cases = Vec::new();
    for folder in &folders {
        let mut files = Vec::new();
        proto_files(Path::new(folder), &mut files)?;
        files.sort();
        cases.extend(files.into_iter().map(|file| Case { include: folder.into(), file }));
    }
    let cases: Vec<Case> = cases.into_iter().step_by(step).collect();
    if cases.is_empty() {
        return Err(io::Error::other(
            "usage: corpus [--all] FOLDER…; there is no .proto file in these folders",
        ));
    }
    Ok(report(&cases, &all(&cases)?))
}

fn proto_files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            proto_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(())
}

/// The results of all, in order. As many run at once as there are processors.
fn all(cases: &[Case]) -> io::Result<Vec<Option<String>>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut results = Vec::new();
        while let Some((at, case)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, cases.get(at)?)))
        {
            results.push((at, refusal(case)));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let count = thread::available_parallelism()?.get();
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(worker)).collect();
        let joined = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| io::Error::other("a worker panicked")));
        joined.collect::<io::Result<Vec<_>>>()
    })?
    .concat();
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

fn refusal(case: &Case) -> Option<String> {
    let import = Import::new()
        .include(&case.include)
        .file(&case.file)
        .leave_out_foreign_routes()
        .leave_out_foreign_rules();
    let run = move || import.source().err().as_ref().map(Error::to_string);
    let thread = thread::Builder::new().stack_size(STACK).spawn(run);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(refusal)) => refusal,
        Ok(Err(_)) => Some("the importer panicked".to_owned()),
        Err(error) => Some(format!("no thread: {error}")),
    }
}

fn report(cases: &[Case], results: &[Option<String>]) -> ExitCode {
    let refused: Vec<(&Case, &String)> =
        cases.iter().zip(results).filter_map(|(case, result)| Some((case, result.as_ref()?))).collect();
    for (case, reason) in &refused {
        let name = case.file.strip_prefix(&case.include).unwrap_or(&case.file);
        println!("refused: {}: {}", name.display(), reason.lines().next().unwrap_or_default());
    }
    println!("imported {} of {}", cases.len() - refused.len(), cases.len());
    let is_known = |reason: &str| reason.lines().any(|line| REASONS.iter().any(|known| line.contains(known)));
    let unknown: Vec<&Case> =
        refused.iter().filter(|(_, reason)| !is_known(reason)).map(|(case, _)| *case).collect();
    for case in &unknown {
        println!("not a known reason: {}", case.file.display());
    }
    if unknown.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
