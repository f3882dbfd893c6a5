//! See [`polywire_fuzz::foreign`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(foreign);
