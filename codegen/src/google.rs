//! The two files of `google/api` that HTTP routes are written with.

/// Name and text.
pub(crate) const FILES: [(&str, &str); 2] = [
    ("google/api/annotations.proto", include_str!("google/api/annotations.proto")),
    ("google/api/http.proto", include_str!("google/api/http.proto")),
];
