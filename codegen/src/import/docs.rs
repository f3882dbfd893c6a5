//! Comments of `.proto` files as doc comments.

use proc_macro2::TokenStream;
use protox::prost_reflect::FileDescriptor;
use quote::quote;

/// The comment at a place of a file, as `#[doc]` attributes.
pub(super) fn at(file: &FileDescriptor, path: &[i32]) -> TokenStream {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let found = info.and_then(|info| info.location.iter().find(|location| location.path == path));
    let parts = found.map(|location| (location.leading_comments(), location.trailing_comments()));
    let (leading, trailing) = parts.unwrap_or_default();
    let mut lines = lines(leading);
    let after = self::lines(trailing);
    if !lines.is_empty() && !after.is_empty() {
        lines.push(String::new());
    }
    lines.extend(after);
    let lines =
        readable(lines).into_iter().map(|line| if line.is_empty() { line } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

fn lines(comment: &str) -> Vec<String> {
    let line = |line: &str| line.strip_prefix(' ').unwrap_or(line).trim_end().replace('\t', "    ");
    let all: Vec<String> = comment.lines().map(line).collect();
    let first = all.iter().position(|line| !line.is_empty()).unwrap_or(all.len());
    let last = all.iter().rposition(|line| !line.is_empty()).map_or(first, |at| at + 1);
    all[first..last].to_vec()
}

/// rustdoc takes indented text and bare fences for Rust code, and would compile it; it is neither here.
fn readable(lines: Vec<String>) -> Vec<String> {
    let mut fenced = false;
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let text = line.trim_start();
        if text.starts_with("```") {
            out.push(if !fenced && text == "```" { "```text".to_owned() } else { text.to_owned() });
            fenced = !fenced;
        } else if !fenced && line.len() - text.len() > 3 {
            out.push(format!("  {text}"));
        } else {
            out.push(line);
        }
    }
    if fenced {
        out.push("```".to_owned());
    }
    out
}
