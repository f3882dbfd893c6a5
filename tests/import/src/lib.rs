//! The code that the importer makes of `proto/`.

#![allow(missing_docs, reason = "a package without a name has no module to say it on")]
#![allow(deprecated, reason = "what is deprecated is used by its neighbours")]

include!(concat!(env!("OUT_DIR"), "/polywire.rs"));
