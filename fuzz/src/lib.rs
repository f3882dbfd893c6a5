//! Fuzz targets for input from strangers. Each is a function of bytes that panics when the library breaks a promise.
//!
//! libFuzzer drives them (`scripts/fuzz`, `cargo +nightly fuzz run <target>`). An ordinary test replays its finds
//! (tests/corpora.rs). Targets that need private items of polywire are in `polywire::fuzzing`.

mod codec;
mod head;

pub use codec::{json, protobuf};
pub use head::http;
pub use polywire::fuzzing::{amqp, envelopes, foreign, paths, ws};

/// A function that checks one input.
pub type Target = fn(&[u8]);

/// Every target by name, which is also the name of its program, its corpus and its crashes.
pub const TARGETS: [(&str, Target); 8] = [
    ("protobuf", protobuf),
    ("json", json),
    ("paths", paths),
    ("envelopes", envelopes),
    ("ws", ws),
    ("amqp", amqp),
    ("foreign", foreign),
    ("http", http),
];

/// Makes the program of a target: libFuzzer around it, or a replay of files.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| polywire_fuzz::$name(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            polywire_fuzz::replay(polywire_fuzz::$name)
        }
    };
}

/// Runs a target on each file that the program was given.
///
/// # Errors
/// When a file cannot be read.
pub fn replay(target: Target) -> std::io::Result<()> {
    std::env::args_os().skip(1).try_for_each(|path| std::fs::read(path).map(|data| target(&data)))
}
