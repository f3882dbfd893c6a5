//! `google.protobuf.FieldMask`. In JSON it is one string: the paths in camel case, with commas between.

use super::message::well_known;
use polywire_codegen::names;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer, ser};
use std::fmt;

/// Fields of a message by path, such as `book.title`: `google.protobuf.FieldMask`.
///
/// ```
/// use polywire::{JsonOptions, wkt::FieldMask};
/// let mask = FieldMask { paths: vec!["title".to_owned(), "author.full_name".to_owned()] };
/// assert_eq!(JsonOptions::default().write(&mask)?, r#""title,author.fullName""#);
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FieldMask {
    /// The paths, in the `.proto` file's spelling.
    pub paths: Vec<String>,
}

well_known!(FieldMask { paths: Vec<String> = 1 } write, read);

fn write<S: Serializer>(mask: &FieldMask, out: S) -> Result<S::Ok, S::Error> {
    let camel = |path: &String| {
        let camel = names::json(path);
        // JSON must read back as the same path.
        let same = snake(&camel).is_some_and(|snake| snake == *path);
        same.then_some(camel)
            .ok_or_else(|| ser::Error::custom(format_args!("path `{path}` has no JSON spelling")))
    };
    let paths: Vec<String> = mask.paths.iter().map(camel).collect::<Result<_, _>>()?;
    out.serialize_str(&paths.join(","))
}

/// Turns `book.fullTitle` into `book.full_title`; `None` for an underscore, which no path in JSON has.
fn snake(camel: &str) -> Option<String> {
    let mut out = String::with_capacity(camel.len() + 4);
    for c in camel.chars() {
        match c {
            '_' => return None,
            c if c.is_ascii_uppercase() => out.extend(['_', c.to_ascii_lowercase()]),
            c => out.push(c),
        }
    }
    Some(out)
}

fn read<'de, D: Deserializer<'de>>(input: D) -> Result<FieldMask, D::Error> {
    struct Paths;

    impl Visitor<'_> for Paths {
        type Value = FieldMask;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("paths in camel case with commas between, such as \"title,author.fullName\"")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldMask, E> {
            let paths = text.split(',').filter(|_| !text.is_empty()).map(snake).collect::<Option<_>>();
            paths
                .map(|paths| FieldMask { paths })
                .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }
    input.deserialize_str(Paths)
}
