//! The guide: chapters that show how polywire is used, from the first service to a rolling deployment.
//!
//! The chapters are the files of `docs/`, and their code is tested. Start with [getting started](getting_started).
//! The attributes of [`service`](macro@crate::service) and [`Message`](derive@crate::Message) have their reference
//! there.
//!
//! `runtime/guide/` has a symbolic link for each chapter, because a package holds only what is below its manifest.

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
    /// The options of a client, and the clients of other languages.
    clients = "clients.md";
    /// Authentication, logs and metrics, the handshake of a WebSocket.
    interceptors = "interceptors.md";
    /// Tests in process, doubles, ports, and queues without a broker.
    testing = "testing.md";
    /// A server and an axum router on one port.
    axum = "axum.md";
    /// Certificates of both sides, a broker over TLS, and the limits of a server.
    tls_and_limits = "tls-and-limits.md";
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
