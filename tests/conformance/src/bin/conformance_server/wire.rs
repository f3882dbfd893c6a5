//! Conversions between the suite's types and polywire's: headers, errors, and the facts of a request.

use polywire::wkt::Any;
use polywire::{Context, Detail, Metadata, Status};
use polywire_conformance::suite::{
    Code, ConformancePayloadConnectGetInfo, ConformancePayloadRequestInfo, Error, Header,
};

const TIMEOUTS: [&str; 2] = ["grpc-timeout", "connect-timeout-ms"];

/// The facts of a call that the server saw.
pub(crate) fn request_info(cx: &Context, requests: Vec<Any>) -> ConformancePayloadRequestInfo {
    let metadata = cx.metadata();
    // The server has a time limit of its own, which the caller did not send.
    let sent = TIMEOUTS.iter().any(|name| metadata.get(name).is_some());
    let timeout = cx.remaining().filter(|_| sent).and_then(|left| i64::try_from(left.as_millis()).ok());
    ConformancePayloadRequestInfo {
        request_headers: headers(metadata),
        timeout_ms: timeout,
        requests,
        connect_get_info: cx.extension::<http::Uri>().map(get_info),
    }
}

fn headers(metadata: &Metadata) -> Vec<Header> {
    let names = metadata.as_headers().keys();
    let values = |name| metadata.as_headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
    names
        .map(|name| Header { name: name.to_string(), value: values(name).map(str::to_owned).collect() })
        .collect()
}

fn get_info(uri: &http::Uri) -> ConformancePayloadConnectGetInfo {
    let mut params: Vec<Header> = Vec::new();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        match params.iter_mut().find(|param| param.name == name) {
            Some(param) => param.value.push(value.into_owned()),
            None => params.push(Header { name: name.into_owned(), value: vec![value.into_owned()] }),
        }
    }
    ConformancePayloadConnectGetInfo { query_params: params }
}

/// Sends these headers before the response, and those after it.
pub(crate) fn respond_with(cx: &Context, headers: &[Header], trailers: &[Header]) -> polywire::Result<()> {
    let (headers, trailers) = (metadata(headers)?, metadata(trailers)?);
    cx.edit_headers(|out| out.extend(&headers));
    cx.edit_trailers(|out| out.extend(&trailers));
    Ok(())
}

fn metadata(headers: &[Header]) -> polywire::Result<Metadata> {
    let mut map = http::HeaderMap::new();
    for Header { name, value } in headers {
        let name =
            http::HeaderName::try_from(name).map_err(|error| Status::invalid_argument(error.to_string()))?;
        for value in value {
            let value = http::HeaderValue::try_from(value)
                .map_err(|error| Status::invalid_argument(error.to_string()))?;
            map.append(name.clone(), value);
        }
    }
    Ok(Metadata::from(map))
}

/// The error that is asked for; with what was seen of the call, when nothing was sent that says so.
pub(crate) fn status(error: Error, info: Option<&ConformancePayloadRequestInfo>) -> Status {
    let code = code(error.code);
    let details = error.details.into_iter().map(|any| Detail::from_proto(any.type_url, any.value));
    details
        .chain(info.map(Detail::new))
        .fold(Status::new(code, error.message.unwrap_or_default()), Status::with_detail)
}

fn code(code: Code) -> polywire::Code {
    match code {
        Code::Canceled => polywire::Code::Cancelled,
        Code::Unspecified | Code::Unknown | Code::Other(_) => polywire::Code::Unknown,
        Code::InvalidArgument => polywire::Code::InvalidArgument,
        Code::DeadlineExceeded => polywire::Code::DeadlineExceeded,
        Code::NotFound => polywire::Code::NotFound,
        Code::AlreadyExists => polywire::Code::AlreadyExists,
        Code::PermissionDenied => polywire::Code::PermissionDenied,
        Code::ResourceExhausted => polywire::Code::ResourceExhausted,
        Code::FailedPrecondition => polywire::Code::FailedPrecondition,
        Code::Aborted => polywire::Code::Aborted,
        Code::OutOfRange => polywire::Code::OutOfRange,
        Code::Unimplemented => polywire::Code::Unimplemented,
        Code::Internal => polywire::Code::Internal,
        Code::Unavailable => polywire::Code::Unavailable,
        Code::DataLoss => polywire::Code::DataLoss,
        Code::Unauthenticated => polywire::Code::Unauthenticated,
    }
}
