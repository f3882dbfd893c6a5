//! Health and reflection, the services of every server.
#![cfg(feature = "grpc")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::raw::{Http, ask, envelope, open, post, split};
use crate::support::grpc::{Running, serve_probe, serve_probe_with};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use polywire::{Health, Limits};
use serde_json::{Value, json};
use std::time::Duration;

/// A unary Connect call.
async fn check(running: &Running, service: &str) -> (StatusCode, Value) {
    let body = json!({ "service": service }).to_string();
    let headers = [("connect-protocol-version", "1")];
    let request = post("/grpc.health.v1.Health/Check", "application/json", &headers, body);
    let answer = ask(running.address, Http::One, request).await;
    (answer.status, answer.json())
}

async fn watch(running: &Running, service: &str) -> Incoming {
    let body = envelope(0, json!({ "service": service }).to_string().as_bytes());
    let request = post("/grpc.health.v1.Health/Watch", "application/connect+json", &[], body);
    open(running.address, Http::One, request).await.into_body()
}

async fn next(watch: &mut Incoming) -> String {
    let frame = watch.frame().await.expect("an item").expect("a frame");
    let (_, payload) = split(frame.into_data().expect("data")).remove(0);
    let item: Value = serde_json::from_slice(&payload).expect("JSON");
    item["status"].as_str().expect("a status").to_owned()
}

/// Reflection's answers, each without the request that it repeats.
async fn reflect(running: &Running, version: &str, requests: &[Value]) -> Vec<Value> {
    let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
    let body: Vec<u8> =
        requests.iter().flat_map(|request| envelope(0, request.to_string().as_bytes())).collect();
    let answer = ask(running.address, Http::Two, post(&path, "application/grpc+json", &[], body)).await;
    assert_eq!(answer.trailer("grpc-status"), "0");
    let read = |(_, payload): (u8, Bytes)| serde_json::from_slice::<Value>(&payload).expect("JSON");
    let answers: Vec<Value> = answer.envelopes().into_iter().map(read).collect();
    assert!(answers.iter().zip(requests).all(|(answer, request)| {
        let asked = request.as_object().expect("an object");
        asked.iter().all(|(key, value)| answer["originalRequest"][key] == *value)
    }));
    answers
}

fn files(answer: &Value) -> Vec<Vec<u8>> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let list = answer["fileDescriptorResponse"]["fileDescriptorProto"].as_array().expect("files");
    list.iter().map(|file| BASE64_STANDARD.decode(file.as_str().expect("base64")).expect("base64")).collect()
}

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_server_and_its_services_serve_and_strangers_are_not_found() {
    let running = serve_probe().await;
    assert_eq!(check(&running, "").await, (StatusCode::OK, json!({"status": "SERVING"})));
    assert_eq!(check(&running, "test.v1.Probe").await, (StatusCode::OK, json!({"status": "SERVING"})));
    let (status, error) = check(&running, "nobody").await;
    assert_eq!((status, &error["code"]), (StatusCode::NOT_FOUND, &json!("not_found")));
    assert_eq!(next(&mut watch(&running, "nobody").await).await, "SERVICE_UNKNOWN");
}

#[tokio::test]
async fn health_can_be_set_and_watched() {
    let health = Health::new();
    let running = serve_probe_with(|server| server.health(health.clone())).await;
    let mut watch = watch(&running, "test.v1.Probe").await;
    assert_eq!(next(&mut watch).await, "SERVING");
    health.set_not_serving("test.v1.Probe");
    assert_eq!(next(&mut watch).await, "NOT_SERVING");
    assert_eq!(check(&running, "test.v1.Probe").await.1, json!({"status": "NOT_SERVING"}));
    assert_eq!(check(&running, "").await.1, json!({"status": "SERVING"}));
    health.set_serving("test.v1.Probe");
    assert_eq!(next(&mut watch).await, "SERVING");
}

#[tokio::test]
async fn a_server_that_stops_says_so_first() {
    let limits =
        Limits { drain_delay: Duration::from_secs(20), drain_timeout: Duration::ZERO, ..Limits::default() };
    let running = serve_probe_with(|server| server.limits(limits)).await;
    let mut watch = watch(&running, "").await;
    assert_eq!(next(&mut watch).await, "SERVING");
    let address = running.address;
    let stopping = tokio::spawn(running.stop());
    assert_eq!(next(&mut watch).await, "NOT_SERVING");
    // The server still accepts calls: the delay is for that.
    let request = post("/test.v1.Probe/Echo", "application/proto", &[], "");
    assert_eq!(ask(address, Http::One, request).await.status, StatusCode::OK);
    stopping.abort();
}

#[tokio::test]
async fn both_versions_of_reflection_tell_services_and_files() {
    let running = serve_probe().await;
    for version in ["v1", "v1alpha"] {
        let requests = [
            json!({"listServices": ""}),
            json!({"fileContainingSymbol": "test.v1.Probe.Echo"}),
            json!({"fileContainingSymbol": "test.v1.Item"}),
            json!({"fileByFilename": "test.v1.proto"}),
            json!({"fileContainingSymbol": "grpc.health.v1.HealthCheckResponse.ServingStatus"}),
            json!({"allExtensionNumbersOfType": "test.v1.Item"}),
        ];
        let answers = reflect(&running, version, &requests).await;
        let services = answers[0]["listServicesResponse"]["service"].as_array().expect("services");
        let names: Vec<_> =
            services.iter().map(|service| service["name"].as_str().expect("a name")).collect();
        let all = [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "test.v1.Probe",
        ];
        assert_eq!(names, all, "{version}");
        let file = files(&answers[1]).remove(0);
        assert!(
            ["test.v1.proto", "Probe", "Item", "Collect"].iter().all(|text| holds(&file, text)),
            "{version}"
        );
        assert_eq!(files(&answers[2]), std::slice::from_ref(&file));
        assert_eq!(files(&answers[3]), [file]);
        assert!(holds(&files(&answers[4])[0], "NOT_SERVING"));
        assert_eq!(answers[5]["allExtensionNumbersResponse"]["baseTypeName"], "test.v1.Item");
    }
}

#[tokio::test]
async fn reflection_says_what_it_does_not_know() {
    let running = serve_probe().await;
    let extension = json!({"containingType": "test.v1.Item", "extensionNumber": 7});
    let requests = [
        json!({"fileByFilename": "other.proto"}),
        json!({"fileContainingSymbol": "test.v1.Nothing"}),
        json!({"fileContainingExtension": extension}),
        json!({"allExtensionNumbersOfType": "test.v1.Nothing"}),
        json!({}),
    ];
    let answers = reflect(&running, "v1", &requests).await;
    let codes: Vec<_> = answers.iter().map(|answer| answer["errorResponse"]["errorCode"].clone()).collect();
    assert_eq!(codes, [5, 5, 5, 5, 3]);
    assert!(answers[1]["errorResponse"]["errorMessage"].as_str().unwrap().contains("test.v1.Nothing"));
}

#[tokio::test]
async fn reflection_can_be_taken_away() {
    let running = serve_probe_with(|server| server.reflection(false)).await;
    let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    let answer = ask(running.address, Http::Two, post(path, "application/grpc", &[], "")).await;
    assert_eq!(answer.trailer("grpc-status"), "12");
    assert_eq!(check(&running, "").await.0, StatusCode::OK);
}
