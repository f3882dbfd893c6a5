//! The guide: chapters that show how polywire is used, from the first service to a rolling deployment.
//!
//! The chapters are the files of `docs/`, and their code is tested. Start with [getting started](getting_started).
//! The attributes of [`service`](macro@crate::service) and [`Message`](derive@crate::Message) have their reference
//! there.
//!
//! [`examples`] are whole programs, each of which shows one idea.
//!
//! `runtime/guide/` has a symbolic link for each chapter and program, because a package holds only what is below its
//! manifest.

/// Makes a module of each chapter. The links of `links.md` come first, so they win over those of the file itself:
/// a chapter links to files for readers of the repository, and to modules here.
macro_rules! chapters {
    ($($(#[$summary:meta])* $name:ident = $file:literal;)*) => {$(
        $(#[$summary])*
        #[doc = ""]
        #[doc = include_str!("guide/links.md")]
        #[doc = include_str!(concat!("../guide/", $file))]
        pub mod $name {}
    )*};
}

chapters! {
    /// From an empty crate to a service that curl and grpcurl call.
    getting_started = "getting-started.md";
    /// Requests and answers: fields, numbers, enums, defaults, constraints, JSON.
    messages = "messages.md";
    /// Plain and typed errors, and what each wire shows of them.
    errors = "errors.md";
    /// The routes, endpoints and queues of each wire, and the URL that chooses it.
    wires = "wires.md";
    /// Tasks and events in their queues: concurrency, order, batches, and messages that count once.
    queues = "queues.md";
    /// From a broker in memory to a cluster: settings, guarantees, and what was tried on which RabbitMQ.
    queues_operating = "queues-operating.md";
    /// Queues that other frameworks publish to and consume: plain JSON, CloudEvents, Celery, NestJS.
    foreign = "foreign.md";
    /// The options of a client, and the clients of other languages.
    clients = "clients.md";
    /// Authentication, logs and metrics, the handshake of a WebSocket.
    interceptors = "interceptors.md";
    /// Ready interceptors: tokens, scopes, rates, request ids, access logs and metrics.
    layers = "layers.md";
    /// Tests in process, doubles, ports, and queues without a broker.
    testing = "testing.md";
    /// A server and an axum router on one port.
    axum = "axum.md";
    /// Certificates of both sides, a broker over TLS, and the limits of a server.
    tls_and_limits = "tls-and-limits.md";
    /// A server from a file and environment variables, and every key of it.
    configuration = "configuration.md";
    /// The drain, health, reflection, several cores, proxies, logs.
    deploying = "deploying.md";
    /// Traits and messages from `.proto` files, and the way back.
    from_proto = "from-proto.md";
    /// The counterparts of tonic, axum and lapin here.
    coming_from = "coming-from.md";
    /// An overview of all that a trait, a message and a field can say.
    the_trait = "trait.md";
    /// Which change of a trait or a type breaks whom.
    evolution = "evolution.md";
    /// The threat model of each wire, and the limit that answers each attack.
    threats = "threats.md";
}

/// Whole programs, one an idea, as they are in `examples/`. A test runs each of them.
///
/// Each has its service, its server and its client in one process. It needs no broker and no set-up, and ends by itself.
/// Copy what you need.
// A doctest of each would be a program in a program: the tests of `examples/` run them.
#[cfg(not(doctest))]
pub mod examples {
    /// Makes a module of each program that shows its source.
    macro_rules! programs {
        ($($(#[$summary:meta])* $name:ident;)*) => {$(
            $(#[$summary])*
            ///
            /// ```rust
            #[doc = include_str!(concat!("../guide/examples/", stringify!($name), ".rs"))]
            /// ```
            pub mod $name {}
        )*};
    }

    programs! {
        /// A bearer token, read by an interceptor; the user, read by the handler.
        auth;
        /// Errors with a type, which a client matches on.
        errors;
        /// The four shapes of a method: one or many requests, one or many responses.
        streaming;
        /// A client over `ws://`, and a server that waits for a slow reader.
        websocket;
        /// Work for later, through a queue: tried again, and given up as a dead letter.
        tasks;
        /// Inbox and outbox: a payment that is booked once, though its message comes twice.
        payments;
        /// News for every group of consumers, once to each.
        events;
        /// polywire inside an axum application: merged, and nested under a prefix.
        axum_mount;
        /// Two servers that misbehave, and a client that ejects, hedges, breaks and bounds.
        clients_guarded;
        /// Limits made small, and what a client sees that runs into them.
        limits;
        /// A server with a certificate, a client that trusts it, and two that do not.
        tls;
        /// Tests of a service in process: `local`, a double, a broker in memory.
        testing;
        /// Clients of version 1 with a server of version 2, and the other way round.
        evolution;
        /// Types and a trait made of a `.proto` file.
        from_proto;
        /// The `.proto` file of a trait, written by build.rs.
        build_script;
        /// tonic's client and polywire's server, and the other way round.
        tonic_interop;
    }
}
