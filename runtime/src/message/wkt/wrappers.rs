//! The wrappers of scalars, from before proto3 had `optional`. Their JSON is the value alone.

use super::message::well_known;
use crate::message::codec::{NATURAL, Value};
use serde::{Deserializer, Serializer};

/// A message around one scalar.
trait Wrapper: From<Self::Inner> {
    type Inner: Value<NATURAL>;
    fn inner(&self) -> &Self::Inner;
}

fn write<W: Wrapper, S: Serializer>(wrapper: &W, out: S) -> Result<S::Ok, S::Error> {
    wrapper.inner().to_json(out)
}

fn read<'de, W: Wrapper, D: Deserializer<'de>>(input: D) -> Result<W, D::Error> {
    W::Inner::from_json(input).map(W::from)
}

macro_rules! wrappers {
    ($($name:ident $ty:ty, $scalar:literal, $example:literal;)*) => {$(
        #[doc = concat!("`", $scalar, "` in a message of its own: `google.protobuf.", stringify!($name), "`.")]
        ///
        /// ```
        #[doc = concat!("use polywire::{JsonOptions, wkt::", stringify!($name), "};")]
        #[doc = concat!("let value = ", stringify!($name), "::from(", $example, ");")]
        /// let json = JsonOptions::default().write(&value)?;
        #[doc = concat!("assert_eq!(JsonOptions::default().read::<", stringify!($name), ">(&json), Ok(value));")]
        /// # Ok::<(), polywire::Status>(())
        /// ```
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            /// The wrapped value.
            pub value: $ty,
        }

        well_known!($name { value: $ty = 1 } write, read);

        impl Wrapper for $name {
            type Inner = $ty;

            fn inner(&self) -> &$ty {
                &self.value
            }
        }

        impl From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self { value }
            }
        }

        impl From<$name> for $ty {
            fn from(wrapper: $name) -> Self {
                wrapper.value
            }
        }
    )*};
}

wrappers! {
    DoubleValue f64, "double", "1.5";
    FloatValue f32, "float", "1.5";
    Int64Value i64, "int64", "-7";
    UInt64Value u64, "uint64", "7";
    Int32Value i32, "int32", "-7";
    UInt32Value u32, "uint32", "7";
    BoolValue bool, "bool", "true";
    StringValue String, "string", "String::from(\"Dune\")";
    BytesValue Vec<u8>, "bytes", "vec![7, 8]";
}
