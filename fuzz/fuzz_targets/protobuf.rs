//! See [`polywire_fuzz::protobuf`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(protobuf);
