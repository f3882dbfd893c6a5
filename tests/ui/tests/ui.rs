//! Every rule has a message with subject, rule and fix, on the tokens at fault, and nothing else is said.
#![allow(unused_crate_dependencies)]

#[test]
fn every_rule_explains_itself() {
    let cases = trybuild::TestCases::new();
    for area in [
        "fit",
        "service",
        "method",
        "grpc",
        "http",
        "ws",
        "amqp",
        "message",
        "constraint",
        "enumeration",
        "oneof",
        "error",
    ] {
        cases.compile_fail(format!("{area}/*.rs"));
    }
}
