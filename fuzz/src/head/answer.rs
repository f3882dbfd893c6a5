//! The checks of an answer for each protocol, with parsers that are not ours.

use serde_json::Value;

/// Checks that everything that came back is HTTP/1.1, and that each body fits its content type.
pub(super) fn check(mut answers: &[u8], heads_only: bool) {
    while !answers.is_empty() {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut headers);
        let parsed = head.parse(answers);
        let Ok(httparse::Status::Complete(size)) = parsed else {
            panic!("no HTTP: {parsed:?}: {}", String::from_utf8_lossy(answers))
        };
        let status = head.code.unwrap_or_default();
        let rest = &answers[size..];
        assert!((100..600).contains(&status), "status {status}");
        assert_ne!(status, 500, "{}", String::from_utf8_lossy(answers));
        if heads_only || status == 101 {
            return;
        }
        let (body, rest) = body(status, head.headers, rest);
        if !matches!(status, 100..200 | 204 | 304) {
            content(status, header(head.headers, "content-type").unwrap_or_default(), head.headers, &body);
        }
        answers = rest;
    }
}

fn header<'h>(headers: &'h [httparse::Header<'_>], name: &str) -> Option<&'h str> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(std::str::from_utf8(found.value).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// The body of a response, and the bytes behind it.
fn body<'a>(status: u16, headers: &[httparse::Header<'_>], rest: &'a [u8]) -> (Vec<u8>, &'a [u8]) {
    if matches!(status, 100..200 | 204 | 304) {
        return (Vec::new(), rest);
    }
    if let Some(length) = header(headers, "content-length") {
        let length: usize = length.parse().unwrap_or_else(|error| panic!("content-length {length}: {error}"));
        assert!(length <= rest.len(), "a body of {} bytes, not {length}", rest.len());
        let (body, rest) = rest.split_at(length);
        return (body.to_vec(), rest);
    }
    match header(headers, "transfer-encoding") {
        Some("chunked") => chunks(rest),
        Some(other) => panic!("transfer-encoding {other}"),
        // The body goes to the end, as in HTTP/1.0.
        None => (rest.to_vec(), &[]),
    }
}

fn chunks(mut rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((head, size))) = httparse::parse_chunk_size(rest) else {
            panic!("a broken chunk: {:?}", String::from_utf8_lossy(rest))
        };
        rest = &rest[head..];
        if size == 0 {
            let mut trailers = [httparse::EMPTY_HEADER; 64];
            let Ok(httparse::Status::Complete((size, _))) = httparse::parse_headers(rest, &mut trailers)
            else {
                panic!("broken trailers: {:?}", String::from_utf8_lossy(rest))
            };
            return (body, &rest[size..]);
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        assert!(
            rest.len() >= size.saturating_add(2) && &rest[size..size + 2] == b"\r\n",
            "a chunk cut short"
        );
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
    }
}

fn content(status: u16, kind: &str, headers: &[httparse::Header<'_>], body: &[u8]) {
    if header(headers, "content-encoding").is_some() {
        return;
    }
    let media = kind.split(';').next().unwrap_or_default();
    match media {
        "application/json" | "application/problem+json" => {
            let value = json(body);
            if status >= 400 {
                assert!(value.is_object(), "an error that is no object: {value}");
            }
        }
        "application/x-ndjson" => {
            for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                json(line);
            }
        }
        "text/event-stream" => {
            assert!(body.is_empty() || body.ends_with(b"\n\n"), "an event cut short");
            for line in body.split(|byte| *byte == b'\n') {
                if let Some(data) = line.strip_prefix(b"data:")
                    && !data.trim_ascii().is_empty()
                {
                    json(data);
                }
            }
        }
        "application/grpc-web" | "application/grpc-web+proto" | "application/grpc-web+json"
            if header(headers, "grpc-status").is_none() =>
        {
            let (flags, last) = last_envelope(body);
            assert!(flags & 0x80 != 0 && last.starts_with(b"grpc-status: "), "no end: {last:?}");
        }
        "application/connect+json" | "application/connect+proto" => {
            let (flags, last) = last_envelope(body);
            assert_eq!(flags & 2, 2, "no end of a stream");
            assert!(json(last).is_object());
        }
        _ => {}
    }
}

fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text)
        .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(text)))
}

/// The flags and the payload of the last envelope. The body must consist of envelopes.
fn last_envelope(mut body: &[u8]) -> (u8, &[u8]) {
    let mut last = None;
    while let [flags, a, b, c, d, rest @ ..] = body {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        assert!(length <= rest.len(), "an envelope cut short");
        let (payload, rest) = rest.split_at(length);
        last = Some((*flags, payload));
        body = rest;
    }
    assert!(body.is_empty(), "bytes after the last envelope: {body:?}");
    last.unwrap_or_else(|| panic!("a body without an envelope"))
}
