//! What protobuf's conformance runner talks to: a request on standard input, the answer on standard output, each behind its
//! length in four bytes, until the input ends.
//!
//! The messages are those of `test_messages_proto3.proto`, and the same in an edition, as `polywire_codegen::import` makes
//! them. proto2's messages and text format are skipped: polywire has neither.

use polywire::{JsonDefaults, JsonOptions, JsonUnknown, Message};
use proto::conformance::{
    ConformanceRequest, ConformanceRequestPayload as Payload, ConformanceResponse,
    ConformanceResponseResult as Answer, FailureSet, TestCategory, WireFormat,
};
use proto::protobuf_test_messages::editions::proto3::TestAllTypesProto3 as OfEdition;
use proto::protobuf_test_messages::proto3::TestAllTypesProto3 as OfProto3;
use std::io::{self, Read, Write};

#[allow(missing_docs, reason = "the modules of packages have no comments")]
mod proto {
    include!(concat!(env!("OUT_DIR"), "/polywire.rs"));
}

fn main() -> io::Result<()> {
    polywire::wkt::register::<OfProto3>();
    polywire::wkt::register::<OfEdition>();
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(request) = read(&mut input)? {
        let result = match ConformanceRequest::decode(request.into()) {
            Ok(request) => answer(request),
            Err(error) => Answer::RuntimeError(format!("the runner's request: {error}")),
        };
        let response =
            ConformanceResponse { result: Some(result), ..ConformanceResponse::default() }.encode();
        output.write_all(&(response.len() as u32).to_le_bytes())?;
        output.write_all(&response)?;
        output.flush()?;
    }
    Ok(())
}

/// The next request; none when the input has ended.
fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut len = [0; 4];
    match input.read_exact(&mut len) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        done => done?,
    }
    let mut request = vec![0; u32::from_le_bytes(len) as usize];
    input.read_exact(&mut request)?;
    Ok(Some(request))
}

fn answer(request: ConformanceRequest) -> Answer {
    match request.message_type.as_str() {
        // The first request asks which tests fail as far as the testee knows.
        "conformance.FailureSet" => Answer::ProtobufPayload(FailureSet::default().encode().into()),
        "protobuf_test_messages.proto3.TestAllTypesProto3" => converted::<OfProto3>(request),
        "protobuf_test_messages.editions.proto3.TestAllTypesProto3" => converted::<OfEdition>(request),
        other => Answer::Skipped(format!("`{other}` does not keep to proto3's rules")),
    }
}

/// The same message in the format that is asked for.
fn converted<M: Message>(request: ConformanceRequest) -> Answer {
    let unknown = match request.test_category {
        TestCategory::JsonIgnoreUnknownParsingTest => JsonUnknown::FieldsAndValues,
        _ => JsonUnknown::Refused,
    };
    // The runner wants defaults left out, as protobuf's own libraries do.
    let json = JsonOptions { defaults: JsonDefaults::Omitted, unknown, ..JsonOptions::default() };
    let message = match request.payload {
        Some(Payload::ProtobufPayload(bytes)) => M::decode(bytes.into()).map_err(|error| error.to_string()),
        Some(Payload::JsonPayload(text)) => json.read::<M>(&text).map_err(|error| error.to_string()),
        Some(Payload::TextPayload(_) | Payload::JspbPayload(_)) => {
            return Answer::Skipped("neither protobuf nor JSON".to_owned());
        }
        None => return Answer::RuntimeError("a request without payload".to_owned()),
    };
    let message = match message {
        Ok(message) => message,
        Err(error) => return Answer::ParseError(error),
    };
    match request.requested_output_format {
        WireFormat::Protobuf => Answer::ProtobufPayload(message.encode().into()),
        WireFormat::Json => match json.write(&message) {
            Ok(text) => Answer::JsonPayload(text),
            Err(error) => Answer::SerializeError(error.to_string()),
        },
        _ => Answer::Skipped("neither protobuf nor JSON".to_owned()),
    }
}
