//! Interceptors around a call, on every wire and on both sides.
#![allow(clippy::expect_used)]

use futures_util::StreamExt as _;
use polywire::{
    Answer, BoxFuture, Code, Codec, Context, Endpoint, Interceptor, Message, Metadata, Method, Next, Outcome,
    Request, Result, Server, Status, Streaming, service,
};
use polywire_e2e::cases::Streams;
use polywire_e2e::on_every_wire;
use polywire_e2e::serving::serve;
use polywire_e2e::wires::Wire;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

on_every_wire! {
    a_client_hears_how_each_call_ends
    a_new_context_of_a_client_keeps_the_deadline
    a_panic_around_a_call_is_its_failure
    a_request_that_breaks_a_rule_is_told_of_as_without_interceptors
    a_second_try_sends_the_request_again
    an_answer_of_another_type_is_a_fault_of_the_server
    an_interceptor_answers_by_itself
    an_interceptor_changes_what_passes
    errors_are_mapped
    items_are_changed_as_they_pass
    the_first_added_is_the_outermost
    the_handler_has_the_context_of_the_last_interceptor
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Transfer {
    #[field(min_len = 1)]
    pub to: String,
    pub cents: i64,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Receipt {
    pub text: String,
}

#[service(package = "around.v1")]
pub trait Bank {
    async fn pay(&self, transfer: Transfer) -> Result<Receipt>;
    async fn rate(&self, currency: String) -> Result<i64>;
    async fn refuse(&self) -> Result<Receipt>;
    async fn seconds_left(&self) -> Result<u64>;
    async fn endless(&self) -> Result<Streaming<Receipt>>;
    async fn flaky(&self, transfer: Transfer) -> Result<Receipt>;
    async fn history(&self, days: i32) -> Result<Streaming<Receipt>>;
    async fn batch(&self, transfers: Streaming<Transfer>) -> Result<Receipt>;
    async fn session(&self, transfers: Streaming<Transfer>) -> Result<Streaming<Receipt>>;
}

#[derive(Debug, Clone)]
struct Teller(String);

#[derive(Debug, Default)]
struct Vault {
    tries: AtomicUsize,
}

fn receipt(transfer: &Transfer) -> Receipt {
    let teller = Context::current().extension::<Teller>().map_or(String::new(), |teller| teller.0.clone());
    Receipt { text: format!("{}{} {}", teller, transfer.to, transfer.cents) }
}

impl Bank for Vault {
    async fn pay(&self, transfer: Transfer) -> Result<Receipt> {
        Ok(receipt(&transfer))
    }

    async fn rate(&self, currency: String) -> Result<i64> {
        Ok(currency.len().try_into().expect("short"))
    }

    async fn refuse(&self) -> Result<Receipt> {
        Err(Status::failed_precondition("closed"))
    }

    async fn seconds_left(&self) -> Result<u64> {
        Ok(Context::current().remaining().map_or(u64::MAX, |left| left.as_secs()))
    }

    async fn endless(&self) -> Result<Streaming<Receipt>> {
        let first = futures_util::stream::iter([Ok(Receipt { text: "first".to_owned() })]);
        Ok(Streaming::new(first.chain(futures_util::stream::pending())))
    }

    async fn flaky(&self, transfer: Transfer) -> Result<Receipt> {
        match self.tries.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => Err(Status::unauthenticated("an old token")),
            _ => Ok(receipt(&transfer)),
        }
    }

    async fn history(&self, days: i32) -> Result<Streaming<Receipt>> {
        Ok(Streaming::from_items(0..days).map(|day| receipt(&transfer("day", day.into()))))
    }

    async fn batch(&self, transfers: Streaming<Transfer>) -> Result<Receipt> {
        let all: Vec<String> =
            transfers.collect().await?.iter().map(|transfer| receipt(transfer).text).collect();
        Ok(Receipt { text: all.join(", ") })
    }

    async fn session(&self, transfers: Streaming<Transfer>) -> Result<Streaming<Receipt>> {
        Ok(transfers.map(|transfer| receipt(&transfer)))
    }
}

fn transfer(to: &str, cents: i64) -> Transfer {
    Transfer { to: to.to_owned(), cents }
}

/// An interceptor that is a function.
struct Around<F>(F);

impl<F> Interceptor for Around<F>
where
    F: for<'a> Fn(Request, Next<'a>) -> BoxFuture<'a, Result<Answer>> + Send + Sync + 'static,
{
    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        (self.0)(request, next)
    }
}

fn around<F>(call: F) -> Around<F>
where
    F: for<'a> Fn(Request, Next<'a>) -> BoxFuture<'a, Result<Answer>> + Send + Sync + 'static,
{
    Around(call)
}

/// The side that an interceptor is on.
#[derive(Debug, Clone, Copy)]
enum Side {
    Server,
    Client,
}

/// The metadata by which a client asks for the interceptor of the server. Calls that another test left in a queue of
/// RabbitMQ have another value.
const ASKED: &str = "x-asked";

fn asking() -> Metadata {
    let mut asked = Metadata::new();
    asked.append(ASKED, &std::process::id().to_string()).expect("sound");
    asked
}

/// An interceptor that stands around the calls that ask for it.
struct Asked<I>(I);

impl<I: Interceptor> Interceptor for Asked<I> {
    fn call<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Answer>> {
        let id = std::process::id().to_string();
        match request.context().metadata().get(ASKED) == Some(&id) {
            true => self.0.call(request, next),
            false => next.run(request),
        }
    }
}

/// Two clients of one server: one has the interceptor around its calls on the server, one has it on its own side.
async fn sides(wire: Wire, interceptor: impl Interceptor) -> [(Side, BankClient); 2] {
    let interceptor = Arc::new(interceptor);
    let server = Server::new().service(BankServer::new(Vault::default()));
    let caller = wire.open_at(server.interceptor(Asked(Arc::clone(&interceptor)))).await;
    let server = BankClient::from_caller(caller.clone().with_metadata(asking()));
    let plain = BankClient::from_caller(caller);
    let client = BankClient::from_caller(plain.as_ref().clone()).with_interceptor(interceptor);
    [(Side::Server, server), (Side::Client, client)]
}

async fn an_interceptor_changes_what_passes(wire: Wire) {
    let changed = around(|mut request, next| {
        Box::pin(async move {
            if request.method().name() == "Rate" {
                assert!(request.message().expect("one message").encode(Codec::Json)?.len() > 2);
                return next.run(request).await;
            }
            assert_eq!(request.get::<Transfer>()?.to, "ann");
            request.get_mut::<Transfer>()?.cents += 1;
            let mut answer = next.run(request).await?;
            answer.get_mut::<Receipt>()?.text.push('!');
            Ok(answer)
        })
    });
    for (side, bank) in sides(wire, changed).await {
        assert_eq!(bank.pay(transfer("ann", 6)).await.expect("paid").text, "ann 7!", "{side:?}");
        assert_eq!(bank.rate("euro".to_owned()).await, Ok(4), "{side:?}");
    }
}

async fn an_interceptor_answers_by_itself(wire: Wire) {
    let cached = around(|_, _| Box::pin(async { Ok(Answer::new(Receipt { text: "kept".to_owned() })) }));
    for (side, bank) in sides(wire, cached).await {
        assert_eq!(bank.refuse().await.expect("an answer").text, "kept", "{side:?}");
    }
}

async fn an_answer_of_another_type_is_a_fault_of_the_server(wire: Wire) {
    let wrong = around(|_, _| Box::pin(async { Ok(Answer::new(transfer("bob", 1))) }));
    for (side, bank) in sides(wire, wrong).await {
        let status = bank.refuse().await.expect_err("no receipt");
        assert_eq!(status.code(), Code::Internal, "{side:?}");
        assert!(status.message().contains("Receipt"), "{side:?}: {status}");
    }
}

async fn errors_are_mapped(wire: Wire) {
    let milder = around(|request, next| {
        Box::pin(async move {
            next.run(request).await.map_err(|status| {
                assert_eq!(status.code(), Code::FailedPrecondition);
                Status::unavailable("come back tomorrow")
            })
        })
    });
    for (side, bank) in sides(wire, milder).await {
        let status = bank.refuse().await.expect_err("closed");
        assert_eq!((status.code(), status.message()), (Code::Unavailable, "come back tomorrow"), "{side:?}");
    }
}

async fn items_are_changed_as_they_pass(wire: Wire) {
    let marked = around(|request, next| {
        let request = request.map(|mut item| {
            if let Ok(transfer) = item.get_mut::<Transfer>() {
                transfer.cents *= 10;
            }
            Ok(item)
        });
        let answer = next.run(request);
        Box::pin(async move {
            Ok(answer.await?.map(|mut item| {
                let receipt = item.get_mut::<Receipt>()?;
                if receipt.text == "day 2" {
                    return Err(Status::permission_denied("too old"));
                }
                receipt.text.push('!');
                Ok(item)
            }))
        })
    });
    for (side, bank) in sides(wire, marked).await {
        let mut days = bank.history(5).await.expect("a stream");
        for expected in ["day 0!", "day 1!"] {
            let day = days.next().await.expect("a day").expect("more");
            assert_eq!(day.text, expected, "{side:?}");
        }
        assert_eq!(days.next().await.expect_err("too old").code(), Code::PermissionDenied, "{side:?}");
        if wire.streams() == Streams::All {
            let transfers = || Streaming::from_items([transfer("ann", 1), transfer("bob", 2)]);
            assert_eq!(bank.batch(transfers()).await.expect("a receipt").text, "ann 10, bob 20!", "{side:?}");
            let receipts = bank.session(transfers()).await.expect("a stream").collect().await.expect("all");
            let texts: Vec<&str> = receipts.iter().map(|receipt| &*receipt.text).collect();
            assert_eq!(texts, ["ann 10!", "bob 20!"], "{side:?}");
        }
    }
}

async fn a_second_try_sends_the_request_again(wire: Wire) {
    let again = around(|mut request, next| {
        Box::pin(async move {
            let second = request.try_clone()?.expect("one message");
            match next.run(request).await {
                Err(status) if status.code() == Code::Unauthenticated => next.run(second).await,
                answer => answer,
            }
        })
    });
    for (side, bank) in sides(wire, again).await {
        assert_eq!(bank.flaky(transfer("ann", 6)).await.expect("paid").text, "ann 6", "{side:?}");
    }
}

async fn the_first_added_is_the_outermost(wire: Wire) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let seen = Arc::clone(&seen);
        around(move |request, next| {
            seen.lock().expect("no panic").push(name);
            let (seen, answer) = (Arc::clone(&seen), next.run(request));
            Box::pin(async move {
                let answer = answer.await;
                seen.lock().expect("no panic").push(name);
                answer
            })
        })
    };
    let server = Server::new().service(BankServer::new(Vault::default()));
    let server = server.interceptor(Asked(note("server 1"))).interceptor(Asked(note("server 2")));
    let caller = wire.open_at(server).await.with_metadata(asking());
    let caller = caller.with_interceptor(note("client 1")).with_interceptor(note("client 2"));
    BankClient::from_caller(caller).pay(transfer("ann", 1)).await.expect("paid");
    let there = ["client 1", "client 2", "server 1", "server 2"];
    let back = ["server 2", "server 1", "client 2", "client 1"];
    assert_eq!(*seen.lock().expect("no panic"), [there, back].concat());
}

async fn the_handler_has_the_context_of_the_last_interceptor(wire: Wire) {
    let known = around(|request, next| {
        next.run(request.with_context(|cx| cx.with_extension(Teller("eve: ".to_owned()))))
    });
    let [(_, bank), _] = sides(wire, known).await;
    assert_eq!(bank.pay(transfer("ann", 1)).await.expect("paid").text, "eve: ann 1");
    let days = bank.history(1).await.expect("a stream").collect().await.expect("a day");
    assert_eq!(days[0].text, "eve: day 0");
}

async fn a_request_that_breaks_a_rule_is_told_of_as_without_interceptors(wire: Wire) {
    let looks = around(|mut request, next| {
        Box::pin(async move {
            let nobody = request.get::<Transfer>().map(|transfer| transfer.to.is_empty());
            assert!(nobody.is_err(), "{nobody:?}");
            next.run(request).await
        })
    });
    let server = Server::new().service(BankServer::new(Vault::default())).interceptor(Asked(looks));
    let caller = wire.open_at(server).await;
    let plain = BankClient::from_caller(caller.clone());
    let looked = BankClient::from_caller(caller.with_metadata(asking()));
    let expected = plain.pay(transfer("", 1)).await.expect_err("no name");
    assert_eq!(expected.code(), Code::InvalidArgument);
    assert_eq!(looked.pay(transfer("", 1)).await, Err(expected));
}

async fn a_panic_around_a_call_is_its_failure(wire: Wire) {
    let panics = around(|mut request, next| {
        Box::pin(async move {
            let is_last = request.get::<Transfer>().is_ok_and(|transfer| transfer.to == "nobody");
            assert!(!is_last, "a secret");
            next.run(request).await
        })
    });
    for (side, bank) in sides(wire, panics).await {
        let status = bank.pay(transfer("nobody", 1)).await.expect_err("a panic");
        assert_eq!(status, Status::internal("internal error"), "{side:?}");
        assert_eq!(bank.pay(transfer("ann", 1)).await.expect("paid").text, "ann 1", "{side:?}");
    }
}

/// Notes how each call ended.
#[derive(Debug, Default)]
struct Ends(Mutex<Vec<String>>);

impl Interceptor for Ends {
    fn after(&self, _: &Context, method: &'static Method, outcome: &Outcome<'_>) {
        self.0.lock().expect("no panic").push(format!("{} {}", method.name(), outcome.code()));
    }
}

impl Ends {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

async fn a_client_hears_how_each_call_ends(wire: Wire) {
    let ends = Arc::new(Ends::default());
    let caller = wire.open_at(Server::new().service(BankServer::new(Vault::default()))).await;
    let bank = BankClient::from_caller(caller.with_interceptor(Arc::clone(&ends)));
    bank.pay(transfer("ann", 1)).await.expect("paid");
    assert_eq!(ends.take(), ["Pay ok"]);
    bank.refuse().await.expect_err("closed");
    assert_eq!(ends.take(), ["Refuse failed_precondition"]);
    let mut days = bank.history(2).await.expect("a stream");
    days.next().await.expect("a day").expect("more");
    assert_eq!(ends.take(), [""; 0], "it goes on");
    while days.next().await.expect("a day").is_some() {}
    assert_eq!(ends.take(), ["History ok"]);
    let mut endless = bank.endless().await.expect("a stream");
    endless.next().await.expect("an item").expect("more");
    drop(endless);
    assert_eq!(ends.take(), ["Endless cancelled"]);
}

async fn a_new_context_of_a_client_keeps_the_deadline(wire: Wire) {
    let forgets = around(|request, next| next.run(request.with_context(|_| Context::new())));
    let caller = wire.open_at(Server::new().service(BankServer::new(Vault::default()))).await;
    let caller = caller.with_timeout(Duration::from_secs(9)).with_interceptor(forgets);
    let left = BankClient::from_caller(caller).seconds_left().await.expect("an answer");
    assert!(left < 9, "{left} s");
}

#[tokio::test]
async fn an_endpoint_brings_its_interceptors() {
    let address = serve(Server::new().service(BankServer::new(Vault::default()))).await;
    let ends = Arc::new(Ends::default());
    let endpoint = Endpoint::new(format!("grpc://{address}")).interceptor(Arc::clone(&ends));
    let bank = BankClient::connect(endpoint).await.expect("a connection");
    bank.pay(transfer("ann", 1)).await.expect("paid");
    assert_eq!(ends.take(), ["Pay ok"]);
}

/// Lets nothing be served whose method has no scope.
struct Scopes;

impl Interceptor for Scopes {
    fn mount(&self, method: &'static Method) -> Result<()> {
        match method.attr("scope") {
            Some(_) => Ok(()),
            None => Err(Status::failed_precondition("say its scope")),
        }
    }
}

/// Every door of a server asks, and tells of each method.
#[tokio::test]
async fn a_method_that_a_guard_refuses_is_served_by_no_door() {
    let server = || Server::new().interceptor(Scopes).service(BankServer::new(Vault::default()));
    let served = server().listen("127.0.0.1:0").serve().await.expect_err("not started").to_string();
    let routed = server().try_into_router().expect_err("no router").to_string();
    let local = std::panic::catch_unwind(|| drop(server().into_local())).expect_err("no channel");
    let local = local.downcast::<String>().expect("a text");
    for told in [&served, &routed, &*local] {
        for method in ["Pay", "History", "Session"] {
            assert!(told.contains(&format!("around.v1.Bank/{method}: say its scope")), "{told}");
        }
    }
}
