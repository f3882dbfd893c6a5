//! See [`polywire_fuzz::paths`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(paths);
