//! Runs each example of this package.

#[path = "../../run.rs"]
#[macro_use]
mod run;

examples! {
    auth: "
grpc    no token     unauthenticated: a bearer token is needed
grpc    wrong token  unauthenticated: this token is not known
grpc    Ada's token  Hello, Ada
ws      no token     unauthenticated: a bearer token is needed
ws      wrong token  unauthenticated: this token is not known
ws      Ada's token  Hello, Ada
memory  no token     unauthenticated: a bearer token is needed
memory  wrong token  unauthenticated: this token is not known
memory  Ada's token  Hello, Ada
"
    errors: "
grpc:
  seat 7 is taken, try 11
  seat 11 costs 2500 cents
  seat 400: there is no seat 400
  seat 0: invalid_argument, seat must be at least 1
ws:
  seat 7 is taken, try 11
  seat 11 costs 2500 cents
  seat 400: there is no seat 400
  seat 0: invalid_argument, seat must be at least 1
"
    streaming: "
grpc:
  vat          190
  instalments  [333, 333, 334]
  total        1000
  balances     +100 makes Some(100)
  balances     +50 makes Some(150)
  balances     -30 makes Some(120)
  balances     then None
http:
  vat          190
  instalments  [333, 333, 334]
  total        1000
  balances     +100 makes Some(100)
  balances     +50 makes Some(150)
  balances     -30 makes Some(120)
  balances     then None
ws:
  vat          190
  instalments  [333, 333, 334]
  total        1000
  balances     +100 makes Some(100)
  balances     +50 makes Some(150)
  balances     -30 makes Some(120)
  balances     then None
"
    websocket: r#"
two calls at once: Price { symbol: "ACME", cents: 100 }, Price { symbol: "DUCK", cents: 100 }
change: Some(Price { symbol: "ACME", cents: 100 })
change: Some(Price { symbol: "ACME", cents: 101 })
change: Some(Price { symbol: "ACME", cents: 102 })
the server waits for its reader: true
the stream has ended on the server, the connection goes on
in protobuf: Price { symbol: "ACME", cents: 100 }
"#
    tasks: r#"
queued "Main Street"
  to "Main Street", attempt 1: sent
queued "Busy Street"
  to "Busy Street", attempt 1: unavailable: come back later
  to "Busy Street", attempt 2: sent
queued "Ghost Town"
  to "Ghost Town", attempt 1: unavailable: nobody opens
  to "Ghost Town", attempt 2: unavailable: nobody opens
  to "Ghost Town", attempt 3: unavailable: nobody opens
queued ""
  to "", attempt 1: invalid_argument: no address
dead letters: 2, letters that wait: 0
"#
    payments: "
order 1: booked 4200 cents
order 1: receipt sent
order 7: booked 900 cents
order 7: booked already
order 7: receipt sent
bookings: 2
"
    events: "
mail heard of orders [1, 2, 3, 4]
statistics heard of orders [1, 2, 3, 4]
and of nothing twice: true
"
    axum_mount: "
GET /: the shop's front page
GET /things/rope/price: 400
GET /internal/things/rope/count: 42
GET /nowhere: nothing here
grpc: a rope costs 400, there are 42
http: a rope costs 400, there are 42
ws: a rope costs 400, there are 42
"
    clients_guarded: "
grpc:
  ejection: 2 calls failed, then 0 of 20
  hedging: answered 300, answered 300
  breaker, call 1: unavailable
  breaker, call 2: unavailable
  breaker, call 3: unavailable, CIRCUIT_OPEN
  concurrency, the second: resource_exhausted
http:
  ejection: 2 calls failed, then 0 of 20
  hedging: answered 300, answered 300
  breaker, call 1: unavailable
  breaker, call 2: unavailable
  breaker, call 3: unavailable, CIRCUIT_OPEN
  concurrency, the second: resource_exhausted
ws:
  ejection: 2 calls failed, then 0 of 20
  hedging: answered 300, answered 300
  breaker, call 1: unavailable
  breaker, call 2: unavailable
  breaker, call 3: unavailable, CIRCUIT_OPEN
  concurrency, the second: resource_exhausted
"
    limits: "
grpc:
  a short text: answered 5
  a long text: resource_exhausted: the message is larger than 1000 bytes, the limit
  three at once: answered (); answered (); resource_exhausted: the server has 2 calls in flight, its limit
  a slow call: deadline_exceeded: the deadline passed before the call ended
http:
  a short text: answered 5
  a long text: resource_exhausted: the body is larger than 1000 bytes, the limit
  three at once: answered (); answered (); resource_exhausted: the server has 2 calls in flight, its limit
  a slow call: deadline_exceeded: the deadline passed before the call ended
ws:
  a short text: answered 5
  a long text: resource_exhausted: the server closed the connection with code 1009: the message or frame is larger than the limit
  three at once: answered (); answered (); resource_exhausted: the server has 2 calls in flight, its limit
  a slow call: deadline_exceeded: the deadline passed before the call ended
a hasty client: deadline_exceeded
"
    tls: "
grpcs: a secret over grpc
https: a secret over connect
wss: a secret over ws
a client that trusts the web alone: unavailable
by address: unavailable
by address, with the name: a secret over grpc
"
    testing: "
local: lent one book, refused two
memory: one mail through the queue, one more after a refusal
"
    evolution: r#"
grpc: old client, new server: Room { number: 7, state: Other(3) }
grpc: new client, old server: Room { number: 7, state: Taken, beds: 0 }
grpc: and its new method: Err(Unimplemented)
ws: old client, new server: Room { number: 7, state: Other(0) }
ws: new client, old server: Room { number: 7, state: Taken, beds: 0 }
ws: and its new method: Err(Unimplemented)
"#
}
