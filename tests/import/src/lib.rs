//! What the importer makes of `proto/`.

#![allow(missing_docs, reason = "a package without a name has no module to say it on")]

include!(concat!(env!("OUT_DIR"), "/polywire.rs"));
