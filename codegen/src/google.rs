//! The two files of `google/api` that define HTTP routes.

/// The name and text of each file.
pub(crate) const FILES: [(&str, &str); 2] = [
    ("google/api/annotations.proto", include_str!("google/api/annotations.proto")),
    ("google/api/http.proto", include_str!("google/api/http.proto")),
];
