//! Tests that the halls of each crate use only halls below them.
#![allow(missing_docs, unused_crate_dependencies)]

use std::fs;
use std::path::{Path, PathBuf};

/// The halls of each crate, from the bottom up. `lib.rs` and its names are above all halls.
const CRATES: [(&str, &[&str]); 2] = [
    (
        "runtime",
        &[
            "log",
            "message",
            "call",
            "waist",
            "channel",
            "net",
            "transport",
            "client",
            "layers",
            "once",
            "server",
            "config",
            "private",
            "guide",
            "bin",
        ],
    ),
    (
        "codegen",
        &[
            "civil",
            "comment",
            "google",
            "pattern",
            "model",
            "names",
            "transport",
            "schema",
            "rust",
            "import",
            "build",
        ],
    ),
];

#[test]
fn halls_use_only_those_below_them() {
    for (name, halls) in CRATES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
        let (mut wrong, mut seen) = (Vec::new(), 0);
        for path in files(&root) {
            let inner = path.strip_prefix(&root).expect("a file of the crate").with_extension("");
            let module: Vec<&str> = inner.iter().map(|part| part.to_str().expect("a name")).collect();
            if module == ["lib"] {
                continue;
            }
            let own = floor(halls, module[0]).unwrap_or_else(|| panic!("{name}: `{}` is no hall", module[0]));
            let text = fs::read_to_string(&path).expect("a source");
            for (line, used) in text
                .lines()
                .enumerate()
                .flat_map(|(at, line)| uses(line, &module).map(move |used| (at, used)))
            {
                seen += 1;
                if floor(halls, used).is_some_and(|used| used > own) {
                    wrong.push(format!(
                        "{}:{}: `{}` uses `{used}`, which is above it",
                        path.display(),
                        line + 1,
                        module[0]
                    ));
                }
            }
        }
        assert!(seen > 50, "{name}: only {seen} uses of other halls were found");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// The height of a hall.
fn floor(halls: &[&str], hall: &str) -> Option<usize> {
    halls.iter().position(|there| *there == hall)
}

/// The halls that a line names by `crate::`, or by enough `super::` to leave its own hall.
fn uses<'a>(line: &'a str, module: &[&str]) -> impl Iterator<Item = &'a str> {
    let code = line.split("//").next().unwrap_or_default();
    let out = "super::".repeat(module.len());
    let absolute = code.split("crate::").skip(1);
    let relative: Vec<&str> = code.split(out.as_str()).skip(1).collect();
    let name =
        |rest: &'a str| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    absolute.chain(relative).map(name)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    folders.iter().flat_map(|folder| self::files(folder)).chain(files).collect()
}
