//! Conversions between polywire's types and the suite's: headers and errors.

use polywire::wkt::Any;
use polywire::{Code, Metadata, Result, Status};
use polywire_conformance::suite::{self, Header};

pub(crate) fn headers(metadata: &Metadata) -> Vec<Header> {
    let headers = metadata.as_headers();
    let values = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    headers
        .keys()
        .map(|name| Header { name: name.to_string(), value: values(name).map(str::to_owned).collect() })
        .collect()
}

pub(crate) fn metadata(headers: &[Header]) -> Result<Metadata> {
    let mut map = http::HeaderMap::new();
    for Header { name, value } in headers {
        let name = http::HeaderName::try_from(name).map_err(wrong)?;
        for value in value {
            map.append(name.clone(), http::HeaderValue::try_from(value).map_err(wrong)?);
        }
    }
    Ok(Metadata::from(map))
}

fn wrong(error: impl std::fmt::Display) -> Status {
    Status::invalid_argument(error.to_string())
}

pub(crate) fn error(status: &Status) -> suite::Error {
    let details = status.details().iter().map(|detail| Any {
        type_url: detail.type_url(),
        value: detail.proto().cloned().unwrap_or_default(),
    });
    suite::Error {
        code: code(status.code()),
        message: Some(status.message().to_owned()),
        details: details.collect(),
    }
}

fn code(code: Code) -> suite::Code {
    match code {
        Code::Cancelled => suite::Code::Canceled,
        Code::Unknown => suite::Code::Unknown,
        Code::InvalidArgument => suite::Code::InvalidArgument,
        Code::DeadlineExceeded => suite::Code::DeadlineExceeded,
        Code::NotFound => suite::Code::NotFound,
        Code::AlreadyExists => suite::Code::AlreadyExists,
        Code::PermissionDenied => suite::Code::PermissionDenied,
        Code::ResourceExhausted => suite::Code::ResourceExhausted,
        Code::FailedPrecondition => suite::Code::FailedPrecondition,
        Code::Aborted => suite::Code::Aborted,
        Code::OutOfRange => suite::Code::OutOfRange,
        Code::Unimplemented => suite::Code::Unimplemented,
        Code::Internal => suite::Code::Internal,
        Code::Unavailable => suite::Code::Unavailable,
        Code::DataLoss => suite::Code::DataLoss,
        Code::Unauthenticated => suite::Code::Unauthenticated,
    }
}
