//! Every public future and stream is `Send`, so a program can hand it to `tokio::spawn`.

use super::{Desk, DeskClient, DeskServer, Number, Table};
use polywire::{
    BoxFuture, Caller, Context, Endpoint, Interceptor, Messages, Method, Result, Server, Service, Status,
    StreamSender, Streaming,
};
use std::collections::BTreeSet;
use std::path::Path;

/// Compiles for a value that may move to another thread.
fn send<T: Send>(_: T) {}

/// Compiles for a type of which no value is made.
fn sendable<T: Send + 'static>() {}

/// The test is that this compiles; it never runs.
#[allow(dead_code)]
async fn servers(stop: tokio::sync::oneshot::Receiver<()>) {
    send(Server::new().serve());
    send(Server::new().serve_until(std::future::pending()));
    send(Server::new().serve_until(async { drop(stop.await) }));
    // The way to write it on the first day.
    let server = Server::new().service(DeskServer::new(Table));
    tokio::spawn(server.serve());
    let server = Server::new().service(DeskServer::new(Table));
    let (ask, asked) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.serve_until(async move {
        let _ = asked.await;
    }));
    drop((ask, running));
    let _joined = tokio::join!(
        tokio::spawn(async { Server::new().serve().await }),
        tokio::spawn(async { Server::new().serve_until(async {}).await })
    );
}

/// The same for every option of a server that the build has.
#[cfg(all(feature = "axum", feature = "tls", unix))]
#[allow(dead_code)]
async fn listening_servers(listener: tokio::net::TcpListener, tls: polywire::ServerTls) {
    let server = || Server::new().listen("127.0.0.1:0").listen_shared("127.0.0.1:0").listen("unix:/run/x");
    tokio::spawn(server().tls(tls.clone()).thread_per_core().merge(axum::Router::new()).serve());
    tokio::spawn(server().listener(listener).cors(polywire::Cors::any()).serve_until(async {}));
    tokio::spawn(server().amqp("memory:").serve());
    tokio::spawn(async move { tls.reload(b"", b"") });
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    if let Ok(socket) = socket {
        tokio::spawn(async move { axum::serve(socket, Server::new().into_router()).await });
    }
    if let Ok((_, consumers)) = server().amqp("memory:").layer(axum::Extension(1)).into_parts() {
        tokio::spawn(consumers.serve_until(async {}));
    }
    if let Ok((_, consumers)) = server().into_parts() {
        tokio::spawn(consumers.serve());
    }
}

#[cfg(all(feature = "config", unix))]
#[allow(dead_code)]
async fn configured_servers(sources: polywire::ConfigSources) {
    if let Ok((server, reload)) = sources.reloadable() {
        tokio::spawn(reload.on_hangup());
        tokio::spawn(server.serve());
    }
}

#[allow(dead_code)]
async fn endpoints(endpoint: polywire::Endpoint) {
    send(endpoint.connect());
}

#[allow(dead_code)]
async fn clients(caller: Caller, method: &'static Method, desk: DeskClient) {
    send(Caller::connect(Endpoint::new("grpc://127.0.0.1:1")));
    send(DeskClient::connect("ws://127.0.0.1:1"));
    send(caller.unary::<Number, Number, Status>(method, Context::new(), Number { value: 1 }));
    send(caller.server_stream::<Number, Number, Status>(method, Context::new(), Number { value: 1 }));
    let items = || Streaming::from_items([Number { value: 1 }]);
    send(caller.client_stream::<Number, Number, Status>(method, Context::new(), items()));
    send(caller.bidi::<Number, Number, Status>(method, Context::new(), items()));
    send(Context::new().draining());
    send(desk.hang());
    send(desk.nap(1));
    send(desk.drip());
    tokio::spawn(async move {
        let mut numbers = desk.drip().await?;
        while let Some(number) = numbers.next().await? {
            desk.nap(number.value).await?;
        }
        Ok::<(), Status>(())
    });
}

#[allow(dead_code)]
fn streams(mut numbers: Streaming<Number>, sender: &StreamSender<Number>) {
    send(numbers.next());
    send(Streaming::from_items([1]).collect());
    send(numbers.map(|number| number.value));
    send(sender.send(Number { value: 1 }));
    send(sender.fail(Status::aborted("enough")));
    send(sender.closed());
    let cx = Context::new();
    send(cx.scope(async { Context::current() }));
    send(cx.cancellation().cancelled_owned());
    send(left_out());
}

#[cfg(feature = "memory")]
#[allow(dead_code)]
async fn dead_letters(letters: polywire::DeadLetters) {
    tokio::spawn(async move {
        let all = letters.list(|_| true).await?;
        let replayed = letters.replay(|letter| letter.attempts() > 1).await?;
        let purged = letters.purge(|_| false).await?;
        Ok::<_, Status>((all, replayed, purged))
    });
}

fn left_out() -> impl Future<Output = Result<Number>> {
    polywire::private::unimplemented("/desk.v1.Desk/Nap")
}

/// The same for every generic service.
#[allow(dead_code)]
fn services<S: Service>(service: S, interceptor: impl Interceptor) {
    tokio::spawn(Server::new().service(service).interceptor(interceptor).serve());
}

#[allow(dead_code)]
fn generic_callers<D: Desk + Send + Sync + 'static>(desk: D) {
    tokio::spawn(async move { desk.nap(1).await });
}

/// An interceptor may go on in a task of its own.
#[allow(dead_code)]
fn interceptors(request: polywire::Request, next: polywire::Next<'static>) {
    tokio::spawn(async move { next.run(request).await });
}

#[cfg(feature = "testing")]
#[allow(dead_code)]
fn test_brokers(broker: polywire::testing::TestBroker) {
    tokio::spawn(async move { broker.drained().await });
}

#[test]
fn what_is_held_moves_to_another_thread() {
    sendable::<Server>();
    sendable::<Caller>();
    sendable::<DeskClient>();
    sendable::<Context>();
    sendable::<Messages>();
    sendable::<Streaming<Number>>();
    sendable::<StreamSender<Number>>();
    sendable::<BoxFuture<'static, Result<Context>>>();
    sendable::<polywire::Incoming>();
    sendable::<polywire::BoxOutgoing>();
    sendable::<polywire::Health>();
    sendable::<Status>();
    sendable::<(polywire::Request, polywire::Answer, polywire::AnyMessage)>();
    #[cfg(feature = "memory")]
    sendable::<(polywire::MemoryBroker, polywire::DeadLetter)>();
    #[cfg(feature = "_queue")]
    sendable::<polywire::QueueStats>();
    #[cfg(feature = "testing")]
    sendable::<(polywire::testing::TestBroker, polywire::testing::Faults)>();
    #[cfg(feature = "grpc")]
    sendable::<(polywire::Body, polywire::RequestBody)>();
}

/// A new public function that waits belongs into this file, which checks that it is `Send`.
#[test]
fn every_public_future_is_held_here() {
    let mut waiting = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut waiting);
    assert!(waiting.contains("serve") && waiting.contains("next"), "{waiting:?}");
    let held = include_str!("sendable.rs");
    for name in &waiting {
        let is_held = [format!(".{name}("), format!("::{name}("), format!(".{name}::<")];
        assert!(is_held.iter().any(|call| held.contains(call)), "`{name}` is called in no test of this file");
    }
}

/// Collects the names of public functions that are `async`, or that return a future by its name.
fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, names);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            names.extend(text.lines().filter_map(public_future));
        }
    }
}

fn public_future(line: &str) -> Option<String> {
    let line = line.trim_start();
    let rest = line.strip_prefix("pub async fn ").or_else(|| {
        let is_future = line.contains("-> impl Future") || line.contains("-> BoxFuture");
        line.strip_prefix("pub fn ").filter(|_| is_future)
    })?;
    rest.split(['(', '<']).next().map(str::to_owned)
}

#[cfg(feature = "sqlite")]
#[allow(dead_code)]
async fn once(pool: sqlx::SqlitePool, key: polywire::MessageKey, mut connection: sqlx::SqliteConnection) {
    use polywire::{Inbox, MemoryInbox, Relay, SqlInbox, SqlOutbox};
    let (inbox, outbox) = (SqlInbox::new(pool.clone()), SqlOutbox::new(pool));
    send(inbox.migrate());
    send(inbox.sweep(std::time::Duration::ZERO));
    send(inbox.begin(&Context::new()));
    send(MemoryInbox::new().begin_as(key));
    send(polywire::Handling::<polywire::MemoryTransaction>::of(&Context::new()));
    send(outbox.migrate());
    send(
        outbox.record(&mut connection, |caller| async move { DeskClient::from_caller(caller).hang().await }),
    );
    send(outbox.record_ordered(&mut connection, "key", |_| async { Ok(()) }));
    send(outbox.waiting());
    send(outbox.set_aside());
    send(outbox.retry("id"));
    send(outbox.discard("id"));
    tokio::spawn(Relay::new(outbox.clone(), "memory:").run());
    tokio::spawn(Relay::new(outbox, "memory:").run_until(async {}));
}
