//! Turns comments of `.proto` files into doc comments, line by line.

mod markdown;

use super::load::Loaded;
use proc_macro2::TokenStream;
use protox::prost_reflect::FileDescriptor;
use protox::prost_reflect::prost_types::source_code_info::Location;
use quote::quote;
use std::collections::BTreeMap;

/// The comments of every file, by their place.
pub(super) struct Comments(BTreeMap<String, BTreeMap<Vec<i32>, Vec<String>>>);

impl Comments {
    pub(super) fn new(loaded: &Loaded) -> Self {
        Self(loaded.files().into_iter().map(|(name, file)| (name, of_file(&file))).collect())
    }

    /// The comment at a place in a file, as `#[doc]` attributes.
    pub(super) fn at(&self, file: &str, path: &[i32]) -> TokenStream {
        let lines =
            self.0.get(file).and_then(|places| places.get(path)).map(Vec::as_slice).unwrap_or_default();
        quote!(#(#[doc = #lines])*)
    }
}

fn of_file(file: &FileDescriptor) -> BTreeMap<Vec<i32>, Vec<String>> {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let locations = info.map(|info| info.location.as_slice()).unwrap_or_default();
    let commented = locations.iter().map(|location| (location.path.clone(), doc_lines(location)));
    commented.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn doc_lines(location: &Location) -> Vec<String> {
    let (mut all, trailing) = (lines(location.leading_comments()), lines(location.trailing_comments()));
    if !all.is_empty() && !trailing.is_empty() {
        all.push(String::new());
    }
    all.extend(trailing);
    let spaced = |line: String| if line.is_empty() { line } else { format!(" {line}") };
    markdown::without_code(all).into_iter().map(spaced).collect()
}

/// The lines of a comment, without empty lines at the start and the end.
fn lines(comment: &str) -> Vec<String> {
    let line = |line: &str| line.strip_prefix(' ').unwrap_or(line).trim_end().replace('\t', "    ");
    let text: String = comment.replace("\r\n", "\n").chars().filter_map(shown).collect();
    let all: Vec<String> = text.split('\n').map(line).collect();
    let first = all.iter().position(|line| !line.is_empty()).unwrap_or(all.len());
    let last = all.iter().rposition(|line| !line.is_empty()).map_or(first, |at| at + 1);
    all[first..last].to_vec()
}

/// The character as a Rust comment can hold it. A lone carriage return ends a line, and characters that
/// change the direction of text are dropped, because rustc refuses them.
fn shown(c: char) -> Option<char> {
    match c {
        '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        '\n' | '\t' => Some(c),
        c if c.is_control() => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_stay_as_they_are_but_for_what_rust_refuses() {
        for (comment, expected) in [
            (" One;\n two {}\n", vec!["One;", "two {}"]),
            (" a\r\n b\rc\n", vec!["a", "b", "c"]),
            ("\n\n a  \n\n b\t\n\n", vec!["a", "", "b"]),
            ("/ three slashes\n", vec!["/ three slashes"]),
            (" \tindented\n", vec!["    indented"]),
            (" \0nul \u{202e}turned\u{2066} \u{7}bell\n", vec!["nul turned bell"]),
            ("\n  \n", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(lines(comment), expected, "{comment:?}");
        }
    }
}
