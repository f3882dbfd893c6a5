//! The types that protobuf ships, and how each looks in JSON.

use super::TypeName;
use super::constraint::{same, text};

macro_rules! well_known {
    ($($name:ident in $file:literal is $json:ident;)*) => {
        /// A type of `google.protobuf` that a field may have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each variant is the type of that name")]
        pub enum WellKnown {
            $($name,)*
        }

        impl WellKnown {
            /// All of them, by name.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name within the package.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// The file that defines it.
            pub const fn file(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("google/protobuf/", $file, ".proto"),)*
                }
            }

            /// The form in JSON.
            pub const fn json(self) -> Json {
                match self {
                    $(Self::$name => Json::$json,)*
                }
            }
        }
    };
}

well_known! {
    Any in "any" is Object;
    BoolValue in "wrappers" is Text;
    BytesValue in "wrappers" is Text;
    DoubleValue in "wrappers" is Text;
    Duration in "duration" is Text;
    Empty in "empty" is Object;
    FieldMask in "field_mask" is Text;
    FloatValue in "wrappers" is Text;
    Int32Value in "wrappers" is Text;
    Int64Value in "wrappers" is Text;
    ListValue in "struct" is Any;
    NullValue in "struct" is Any;
    StringValue in "wrappers" is Text;
    Struct in "struct" is Object;
    Timestamp in "timestamp" is Text;
    UInt32Value in "wrappers" is Text;
    UInt64Value in "wrappers" is Text;
    Value in "struct" is Any;
}

/// The form of a well-known type in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Json {
    /// One text, number or bool, so that a path and a query can hold it.
    Text,
    /// An object.
    Object,
    /// Something else, such as a list, `null`, or any value.
    Any,
}

impl WellKnown {
    /// The package of all of them.
    pub const PACKAGE: &'static str = "google.protobuf";

    /// The type of this name in the package.
    pub const fn named(word: &str) -> Option<Self> {
        let mut index = 0;
        while index < Self::ALL.len() {
            if same(Self::ALL[index].name(), word) {
                return Some(Self::ALL[index]);
            }
            index += 1;
        }
        None
    }

    /// The type of this full name, such as `google.protobuf.Any`.
    pub fn of_full_name(name: &str) -> Option<Self> {
        Self::named(name.strip_prefix(Self::PACKAGE)?.strip_prefix('.')?)
    }

    /// The type that this name means.
    pub const fn of(name: &TypeName) -> Option<Self> {
        match &name.package {
            Some(package) if same(text(package), Self::PACKAGE) => Self::named(text(&name.name)),
            _ => None,
        }
    }

    /// Whether its JSON is one text, number or bool.
    pub const fn is_text(self) -> bool {
        matches!(self.json(), Json::Text)
    }
}
