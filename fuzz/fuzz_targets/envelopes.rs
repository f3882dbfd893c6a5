//! See [`polywire_fuzz::envelopes`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(envelopes);
