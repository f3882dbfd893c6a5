//! See [`polywire_fuzz::amqp`].
#![cfg_attr(fuzzing, no_main)]

polywire_fuzz::target!(amqp);
