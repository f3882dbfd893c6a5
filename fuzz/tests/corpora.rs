//! Runs the targets again on the corpora that fuzzing found, and on every crash.
#![allow(unused_crate_dependencies)]

use polywire_fuzz::{TARGETS, Target};
use std::path::Path;
use std::sync::Mutex;

/// Lets one target run at a time: the budget of memory is that of the whole program.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs each file of a folder, and returns their number.
fn replay(target: Target, folder: &Path) -> usize {
    let Ok(files) = std::fs::read_dir(folder) else { return 0 };
    let mut paths: Vec<_> = files.map(|file| file.expect("a folder").path()).collect();
    paths.sort();
    for path in &paths {
        let data = std::fs::read(path).expect("a file");
        if let Err(panic) = std::panic::catch_unwind(|| target(&data)) {
            eprintln!("while replaying {}", path.display());
            std::panic::resume_unwind(panic);
        }
    }
    paths.len()
}

fn target(name: &str) {
    let _alone = ALONE.lock();
    let (_, run) = TARGETS.into_iter().find(|(other, _)| *other == name).expect("a target");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(replay(run, &root.join("corpus").join(name)) > 0, "the corpus of {name} is empty");
    replay(run, &root.join("crashes").join(name));
}

macro_rules! targets {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            target(stringify!($name));
        })*

        #[test]
        fn every_target_is_here() {
            assert_eq!([$(stringify!($name)),*], TARGETS.map(|(name, _)| name));
        }
    };
}

targets!(protobuf, json, paths, envelopes, ws, amqp, foreign, http);
