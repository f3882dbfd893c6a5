//! Metadata as JSON: an object of texts, or of lists of texts where a key has several. `-bin` values are base64.

use crate::call::metadata::Metadata;
use crate::call::metadata::reserved::is_reserved;
use crate::message::codec::json::bytes as base64;
use bytes::{BufMut, BytesMut};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Adds `,"name":{…}` unless there is no metadata.
pub(super) fn put_member(name: &str, metadata: &Metadata, out: &mut BytesMut) {
    if metadata.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    put(metadata, out);
}

fn put(metadata: &Metadata, out: &mut BytesMut) {
    let headers = metadata.as_headers();
    let mut separator = b'{';
    for key in headers.keys().filter(|key| !is_reserved(key.as_str())) {
        let values: Vec<&str> = headers.get_all(key).iter().filter_map(|value| value.to_str().ok()).collect();
        if values.is_empty() {
            continue;
        }
        out.put_u8(std::mem::replace(&mut separator, b','));
        put_json(key.as_str(), out);
        out.put_u8(b':');
        match values.as_slice() {
            [one] => put_json(one, out),
            several => put_json(several, out),
        }
    }
    if separator == b'{' {
        out.put_u8(b'{');
    }
    out.put_u8(b'}');
}

fn put_json<T: serde::Serialize + ?Sized>(value: &T, out: &mut BytesMut) {
    // Texts and lists of texts always serialize, and the buffer grows.
    let _ = serde_json::to_writer(out.writer(), value);
}

/// Reads metadata of at most `limit` bytes.
///
/// # Errors
/// The fault, with its key.
pub(super) fn read(object: &str, limit: usize) -> Result<Metadata, String> {
    let mut input = serde_json::Deserializer::from_str(object);
    input.deserialize_map(Entries { limit }).map_err(|error| {
        let text = error.to_string();
        text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_owned()
    })
}

struct Entries {
    limit: usize,
}

impl<'de> Visitor<'de> for Entries {
    type Value = Metadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
        let mut metadata = Metadata::new();
        let mut left = self.limit;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let key = key.to_ascii_lowercase();
            for value in map.next_value::<Values>()?.0 {
                let size = key.len() + value.len() + 1;
                let Some(less) = left.checked_sub(size) else {
                    return Err(de::Error::custom(format_args!(
                        "metadata is larger than {} bytes",
                        self.limit
                    )));
                };
                left = less;
                add(&mut metadata, &key, &value).map_err(de::Error::custom)?;
            }
        }
        Ok(metadata)
    }
}

fn add(metadata: &mut Metadata, key: &str, value: &str) -> Result<(), String> {
    let added = if key.ends_with("-bin") {
        let bytes = base64::decode(value)
            .ok_or_else(|| format!("the value of metadata key `{key}` is not base64"))?;
        metadata.append_bin(key, &bytes)
    } else {
        metadata.append(key, value)
    };
    added.map_err(|error| error.to_string())
}

/// One text or several.
struct Values(Vec<String>);

impl<'de> de::Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Values;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Values, E> {
                Ok(Values(vec![value.to_owned()]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Values, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(Values(values))
            }
        }
        input.deserialize_any(OneOrSeveral)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut metadata = Metadata::new();
        metadata.append("x-one", "1 \"quoted\"").expect("sound");
        metadata.append("x-two", "zwei").expect("sound");
        metadata.append("x-two", "drei").expect("sound");
        metadata.append_bin("x-bin", &[0, 255]).expect("sound");
        let mut out = BytesMut::new();
        put(&metadata, &mut out);
        let text = std::str::from_utf8(&out).expect("UTF-8");
        assert_eq!(read(text, 1_000), Ok(metadata));
    }

    #[test]
    fn a_broken_entry_is_named() {
        for (text, part) in [
            (r#"{"x y":"1"}"#, "`x y`"),
            (r#"{"x":"\n"}"#, "`x`"),
            (r#"{"x-bin":"*"}"#, "`x-bin`"),
            (r#"{"x":1}"#, "a text or a list"),
            ("7", "an object of texts"),
        ] {
            let error = read(text, 1_000).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn metadata_is_bounded() {
        let many: Vec<String> = (0..40_000).map(|n| format!(r#""x{n}":"""#)).collect();
        let error = read(&format!("{{{}}}", many.join(",")), 16 << 10).expect_err("too much");
        assert!(error.contains("larger than"), "{error}");
    }
}
