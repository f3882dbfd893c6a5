//! See [`polywire_fuzz::http`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(http);
