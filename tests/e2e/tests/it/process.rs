//! The server as a process: a taken port, SIGTERM with calls in flight, overload.
#![allow(clippy::expect_used)]

use polywire::{Code, Limits, Server};
use polywire_e2e::serving::{serve, until};
use polywire_e2e::{Contract, ContractService, ContractServiceClient, ContractServiceServer};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running contract server; killed when the test fails before it stopped it.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    fn start(options: &[&str]) -> Self {
        let mut command = command("127.0.0.1:0");
        let mut child = command.args(options).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { child, address }
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(status.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contract-server"));
    command.args(["--listen", listen, "--amqp", "memory:"]).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn a_taken_port_is_one_clear_line_and_exit_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = command(&address).output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(&format!("cannot listen on {address}")), "{text}");
}

#[tokio::test]
async fn sigterm_finishes_the_calls_in_flight_and_exits_0() {
    for scheme in ["grpc", "http", "ws"] {
        let mut process = Process::start(&[]);
        let url = format!("{scheme}://{}", process.address);
        let client = ContractServiceClient::connect(url.as_str()).await.expect("a connection");
        let calls = (0..10).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.sleep(1_000).await })
        });
        let calls: Vec<_> = calls.collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        process.terminate();
        for call in calls {
            assert_eq!(call.await.expect("no panic"), Ok(1_000), "{scheme}");
        }
        let status = tokio::task::spawn_blocking(move || process.child.wait()).await.expect("no panic");
        assert_eq!(status.expect("an exit code").code(), Some(0), "{scheme}");
    }
}

/// To a server that is about to listen.
#[cfg(target_os = "linux")]
async fn connect(url: &str) -> ContractServiceClient {
    let mut client = None;
    until("a server listens", async || {
        client = ContractServiceClient::connect(url).await.ok();
        client.is_some()
    })
    .await;
    client.expect("a connection")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_thread_per_core_serves_and_drains_as_one_server() {
    let cores = std::thread::available_parallelism().expect("a number").get();
    for scheme in ["grpc", "http", "ws"] {
        let mut process = Process::start(&["--thread-per-core"]);
        let url = format!("{scheme}://{}", process.address);
        let mut calls = Vec::new();
        // The system spreads connections: so many reach all threads.
        for _ in 0..16 {
            let client = connect(&url).await;
            assert_eq!(client.sleep(1).await, Ok(1), "{scheme}");
            calls.push(tokio::spawn(async move { client.sleep(1_000).await }));
        }
        let threads = std::fs::read_dir(format!("/proc/{}/task", process.child.id())).expect("threads");
        let names =
            threads.map(|thread| std::fs::read_to_string(thread.expect("a thread").path().join("comm")));
        let names: Vec<_> = names.map(|name| name.expect("a name")).collect();
        // `polywire-0` and so on. The clock's thread serves nothing, and is not counted.
        let number = |name: &String| name.strip_prefix("polywire-")?.trim_end().parse::<usize>().ok();
        assert_eq!(names.iter().filter_map(number).count(), cores, "{names:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
        process.terminate();
        for call in calls {
            assert_eq!(call.await.expect("no panic"), Ok(1_000), "{scheme}");
        }
        let status = tokio::task::spawn_blocking(move || process.child.wait()).await.expect("no panic");
        assert_eq!(status.expect("an exit code").code(), Some(0), "{scheme}");
    }
}

#[tokio::test]
async fn overload_is_refused_at_once() {
    let limits = Limits { calls_in_flight: 5, ..Limits::default() };
    let server = Server::new().service(ContractServiceServer::new(Contract::default())).limits(limits);
    let address = serve(server).await;
    for scheme in ["grpc", "http", "ws"] {
        let client =
            ContractServiceClient::connect(format!("{scheme}://{address}")).await.expect("a connection");
        let calls = (0..20).map(|_| client.sleep(500));
        let answers = futures_util::future::join_all(calls).await;
        let served = answers.iter().filter(|answer| answer.is_ok()).count();
        let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
        assert_eq!(served, 5, "{scheme}");
        assert!(refused.clone().all(|status| status.code() == Code::ResourceExhausted), "{scheme}");
        assert_eq!(refused.count(), 15, "{scheme}");
        assert_eq!(client.sleep(1).await, Ok(1), "{scheme}: room again");
    }
}
