//! Each file in a directory beside this one breaks one rule, for which it is named; the `.stderr` beside it is what the
//! user reads. `TRYBUILD=overwrite cargo test -p polywire-ui` blesses.
