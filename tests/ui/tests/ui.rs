//! Every rule has a message with subject, rule and fix, on the tokens at fault, and nothing else is said.
#![allow(unused_crate_dependencies)]

use std::path::{Path, PathBuf};

const AREAS: [&str; 12] = [
    "fit",
    "service",
    "method",
    "grpc",
    "http",
    "ws",
    "amqp",
    "message",
    "constraint",
    "enumeration",
    "oneof",
    "error",
];

#[test]
fn every_rule_explains_itself() {
    let cases = trybuild::TestCases::new();
    for area in AREAS {
        cases.compile_fail(format!("{area}/*.rs"));
    }
}

/// A case says in its first or last line how many errors it has: `// 1 error`. Blessing changes what the compiler tells, and not this.
#[test]
fn each_fault_is_one_error() {
    for case in AREAS.into_iter().flat_map(cases) {
        let (said, told) = (said(&case), told(&case));
        assert_eq!(said, told, "{}: the case says {said}, and the compiler {told}", case.display());
    }
}

fn cases(area: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(area);
    let files = std::fs::read_dir(&folder).expect("the folder is there");
    let files = files.map(|file| file.expect("it is readable").path());
    let cases: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "rs")).collect();
    assert!(!cases.is_empty(), "{}", folder.display());
    cases
}

fn said(case: &Path) -> usize {
    let source = read(case);
    let mut outer = source.lines().next().into_iter().chain(source.lines().next_back());
    let count = outer.find_map(|line| {
        let line = line.strip_prefix("// ")?;
        line.strip_suffix(" error").or(line.strip_suffix(" errors"))?.parse().ok()
    });
    count.unwrap_or_else(|| {
        panic!("{} begins or ends with `// 1 error`, or with another number", case.display())
    })
}

fn told(case: &Path) -> usize {
    let is_error = |line: &&str| line.starts_with("error:") || line.starts_with("error[");
    let is_sum = |line: &&str| line.contains("aborting due to") || line.contains("could not compile");
    read(&case.with_extension("stderr")).lines().filter(is_error).filter(|line| !is_sum(line)).count()
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
