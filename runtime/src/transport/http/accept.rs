//! The form of errors and the form of a stream that the caller wants.

use http::HeaderMap;
use http::header::ACCEPT;

/// The form in which the items of a stream are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Server-sent events.
    Events,
    /// One JSON text for each line, with this content type.
    Lines(&'static str),
    /// One JSON array.
    Array,
}

/// The form of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorForm {
    /// `google.rpc.Status`.
    Status,
    /// RFC 9457.
    Problem,
}

const NDJSON: &str = "application/x-ndjson";
const PROBLEM: &str = "application/problem+json";

/// The form of errors: problem details only for callers that name them.
pub(super) fn error_form(headers: &HeaderMap) -> ErrorForm {
    // This runs for every request. Most values of `Accept` are shorter, and a walk over the few headers costs
    // less than a search.
    let values = headers.iter().filter(|(name, value)| value.len() >= PROBLEM.len() && **name == ACCEPT);
    let asked = values
        .filter_map(|(_, value)| value.to_str().ok())
        .flat_map(ranges)
        .any(|(range, quality)| range.eq_ignore_ascii_case(PROBLEM) && quality > 0);
    if asked { ErrorForm::Problem } else { ErrorForm::Status }
}

impl Format {
    /// The best form that the caller accepts; NDJSON when it has no preference.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut best = (0, 0, Self::Lines(NDJSON));
        let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        for (range, quality) in values.flat_map(ranges) {
            let Some((format, precision)) = Self::of(range) else { continue };
            // Of equal ranges, the first one counts.
            if quality > 0 && (quality, precision) > (best.0, best.1) {
                best = (quality, precision, format);
            }
        }
        best.2
    }

    /// The form that a media range asks for, and how precise the range is.
    fn of(range: &str) -> Option<(Self, u8)> {
        Some(match range.to_ascii_lowercase().as_str() {
            "text/event-stream" => (Self::Events, 3),
            "application/x-ndjson" => (Self::Lines(NDJSON), 3),
            "application/ndjson" => (Self::Lines("application/ndjson"), 3),
            "application/jsonl" => (Self::Lines("application/jsonl"), 3),
            "application/json" => (Self::Array, 3),
            "application/*" => (Self::Lines(NDJSON), 2),
            "text/*" => (Self::Events, 2),
            "*/*" => (Self::Lines(NDJSON), 1),
            _ => return None,
        })
    }

    /// The content type of the answer.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines(name) => name,
            Self::Array => "application/json",
        }
    }
}

/// The media ranges of a header, with their quality in thousandths.
pub(super) fn ranges(value: &str) -> impl Iterator<Item = (&str, u16)> {
    value.split(',').map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let quality = quality.map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0));
        (name, (quality.clamp(0.0, 1.0) * 1000.0) as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &[&'static str]) -> HeaderMap {
        accept.iter().map(|value| (ACCEPT, http::HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_stream_takes_the_best_form_that_is_accepted() {
        for (accept, format) in [
            (&[][..], Format::Lines(NDJSON)),
            (&["*/*"], Format::Lines(NDJSON)),
            (&["text/html,*/*;q=0.8"], Format::Lines(NDJSON)),
            (&["text/event-stream"], Format::Events),
            (&["Text/Event-Stream; charset=utf-8"], Format::Events),
            (&["text/*"], Format::Events),
            (&["application/jsonl"], Format::Lines("application/jsonl")),
            (&["application/json, text/plain, */*"], Format::Array),
            (&["application/json;q=0.5, text/event-stream;q=0.9"], Format::Events),
            (&["application/json;q=0.5", "text/event-stream"], Format::Events),
            (&["application/json;q=0, */*;q=0.1"], Format::Lines(NDJSON)),
            (&["application/json;q=x"], Format::Lines(NDJSON)),
            (&["image/png"], Format::Lines(NDJSON)),
        ] {
            assert_eq!(Format::read(&headers(accept)), format, "{accept:?}");
        }
    }

    #[test]
    fn problem_details_are_for_who_names_them() {
        assert_eq!(error_form(&headers(&["application/json, application/problem+json"])), ErrorForm::Problem);
        for accept in ["*/*", "application/*", "application/json", "application/problem+json;q=0"] {
            assert_eq!(error_form(&headers(&[accept])), ErrorForm::Status, "{accept}");
        }
    }
}
