//! The client under test of Connect's conformance runner. It makes the calls that standard input asks for,
//! each with a client of its own, several at a time, and writes the outcomes to standard output.

mod calls;
mod endpoint;
mod wire;

use calls::Outcome;
use polywire::Status;
use polywire_conformance::pipe;
use polywire_conformance::suite::{
    ClientCompatRequest, ClientCompatResponse, ClientCompatResponseResult, ClientErrorResult,
    ClientResponseResult,
};
use std::error::Error;
use std::io;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many calls are made at once.
const AT_ONCE: usize = 32;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    polywire_conformance::register();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut calls = tokio::task::JoinSet::new();
    while let Some(asked) = tokio::task::spawn_blocking(|| pipe::read(&mut io::stdin().lock())).await?? {
        let place = Arc::clone(&places).acquire_owned().await?;
        calls.spawn(async move {
            let _place = place;
            let answer = answer(asked).await;
            pipe::write(&mut io::stdout().lock(), &answer)
        });
        while let Some(written) = calls.try_join_next() {
            written??;
        }
    }
    while let Some(written) = calls.join_next().await {
        written??;
    }
    Ok(())
}

async fn answer(asked: ClientCompatRequest) -> ClientCompatResponse {
    let test_name = asked.test_name.clone();
    let result = match calls::make(asked).await {
        Ok(outcome) => ClientCompatResponseResult::Response(told(outcome)),
        Err(status) => ClientCompatResponseResult::Error(could_not(&status)),
    };
    ClientCompatResponse { test_name, result: Some(result) }
}

fn told(outcome: Outcome) -> ClientResponseResult {
    ClientResponseResult {
        response_headers: wire::headers(&outcome.cx.headers()),
        payloads: outcome.payloads,
        error: outcome.error.as_ref().map(wire::error),
        response_trailers: wire::headers(&outcome.cx.trailers()),
        num_unsent_requests: outcome.unsent,
        ..Default::default()
    }
}

/// The result for a call that cannot be made at all.
fn could_not(status: &Status) -> ClientErrorResult {
    ClientErrorResult { message: status.to_string() }
}
