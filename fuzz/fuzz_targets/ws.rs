//! See [`polywire_fuzz::ws`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(ws);
