//! See [`polywire_fuzz::json`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(json);
