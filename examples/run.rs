//! Runs the examples of a package, and compares all that each prints with what it is to print. The tests of each
//! package include this file.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that an example may run.
const TIME: Duration = Duration::from_secs(30);

/// Runs a program to its good end, and returns what it printed.
pub(crate) fn run(program: &str) -> String {
    let mut child = Command::new(program).stdout(Stdio::piped()).spawn().expect("the example starts");
    let mut output = child.stdout.take().expect("its output is a pipe");
    let printed = std::thread::spawn(move || {
        let mut printed = String::new();
        output.read_to_string(&mut printed).map(|_| printed)
    });
    let end = Instant::now() + TIME;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the example can be waited for") {
            break status;
        }
        if Instant::now() > end {
            child.kill().expect("the example can be stopped");
            panic!("{program} still runs after {TIME:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let printed = printed.join().expect("no panic").expect("the example prints text");
    assert!(status.success(), "{program} ends with {status}; it printed:\n{printed}");
    printed
}

/// A test for each example: its name, and what it prints.
macro_rules! examples {
    ($($name:ident: $lines:expr)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(run::run(env!(concat!("CARGO_BIN_EXE_", stringify!($name)))).trim_end(), $lines.trim());
        })*

        #[test]
        fn every_example_is_run_here_and_listed_in_the_readme() {
            run::check_the_list(&[$(stringify!($name)),*]);
        }
    };
}

/// Fails unless the programs of this package are these, and each says how to run it and is in examples/README.md.
pub(crate) fn check_the_list(run: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.file_name().and_then(|name| name.to_str()).expect("a plain name");
    let readme = std::fs::read_to_string(root.join("../README.md")).expect("the list of examples");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(root.join("src/bin")).expect("the examples") {
        let path = entry.expect("an example").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name").to_owned();
        let text = std::fs::read_to_string(&path).expect("an example is text");
        let command = format!("//! Run it: `cargo run -p {} --bin {name}`", env!("CARGO_PKG_NAME"));
        assert!(text.lines().any(|line| line == command), "{name} says how to run it");
        assert!(
            readme.contains(&format!("| [{name}]({folder}/src/bin/{name}.rs) |")),
            "{name} is in README.md"
        );
        found.insert(name);
    }
    assert_eq!(found, run.iter().map(|&name| name.to_owned()).collect());
}
