//! gRPC's interop cases as a client: `interop-client PORT CASE…` calls the server on 127.0.0.1. It prints a
//! line for each case, and how many passed.

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

mod cases;

use polywire_conformance::interop::TestServiceClient;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

/// No case takes longer, unless something hangs.
const LONGEST: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().ok_or("usage: interop-client PORT [CASE…]")?.parse()?;
    let asked: Vec<String> = arguments.collect();
    let names: Vec<&str> = match asked.is_empty() {
        true => cases::NAMES.to_vec(),
        false => asked.iter().map(String::as_str).collect(),
    };
    let url = format!("grpc://127.0.0.1:{port}");
    let mut passed = 0;
    for name in &names {
        let client = TestServiceClient::connect(url.as_str()).await?;
        let done = tokio::time::timeout(LONGEST, cases::run(name, &client, &url)).await;
        match done.unwrap_or_else(|_| Err("it hangs".to_owned())) {
            Ok(()) => {
                passed += 1;
                println!("ok {name}");
            }
            Err(fault) => println!("failed {name}: {fault}"),
        }
    }
    println!("{passed} of {} passed", names.len());
    Ok(if passed == names.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
