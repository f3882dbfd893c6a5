//! The page at `/`, where a person who opens the address of a server finds its documents.

use super::{ASYNCAPI, Document, OPENAPI};
use crate::call::spec;
use crate::waist::mounted::Mounted;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use polywire_codegen::schema::files::is_googles;
use std::fmt::Write;

const HTML: &str = "text/html; charset=utf-8";
/// A policy under which the page loads nothing and stands in no frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Renders the page; `None` if the user has added no service.
pub(super) fn render(mounted: &Mounted) -> Option<Document> {
    if mounted.of_user().is_empty() {
        return None;
    }
    let title = escape(mounted.shown.info.title());
    let mut services = String::new();
    for service in mounted.of_user() {
        let name = escape(&service.model.full_name());
        // Writing to a `String` cannot fail.
        let _ = writeln!(services, "<li>{name}</li>");
    }
    let mut links = String::new();
    for path in leads(mounted) {
        let path = escape(&path);
        let _ = writeln!(links, "<li><a href=\"{}\">{path}</a></li>", &path[1..]);
    }
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<h2>Documents</h2>\n<ul>\n{links}</ul>\n\
         <h2>Services</h2>\n<ul>\n{services}</ul>\n</body>\n</html>\n"
    );
    Some(Document::page(HTML, text.into(), POLICY))
}

/// The links of the page: first those for people, then the documents, then the files of the user's packages.
fn leads(mounted: &Mounted) -> Vec<String> {
    let page = cfg!(feature = "docs").then_some("/docs");
    let documents = page.into_iter().chain([OPENAPI, ASYNCAPI]).map(str::to_owned);
    let files = spec::files(mounted.of_user()).into_keys().filter(|name| !is_googles(name));
    documents.chain(files.map(|name| format!("/{name}"))).collect()
}

/// Whether the request wants a page to look at. Browsers ask for HTML by name; programs do not.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_html = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
        is_html && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_for_who_names_html() {
        let wants = |accept: &'static str| {
            wants_page(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]))
        };
        for accept in
            ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json, TEXT/HTML;q=0.1"]
        {
            assert!(wants(accept), "{accept}");
        }
        for accept in ["*/*", "application/json", "text/*", "text/html;q=0", "text/htmlx", ""] {
            assert!(!wants(accept), "{accept}");
        }
        assert!(!wants_page(&HeaderMap::new()));
    }

    #[test]
    fn a_title_is_text() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
