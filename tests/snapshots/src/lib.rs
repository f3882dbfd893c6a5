//! Each directory beside this one is a case, small and about one idea: `input.rs` is what a user writes, `expanded.rs`
//! what the macros make of it, `schema.proto` the contract. `expansion.rs` holds the two to the input,
//! `compiled.rs` compiles both Rust files. To bless: `POLYWIRE_BLESS=1 cargo test -p polywire-snapshots --test expansion`.
