//! A contract that grows: a client of version 1 calls a server of version 2, and the other way round.
//!
//! Clients and servers are never replaced at the same moment. Version 2 below adds a field to the answer, an
//! optional argument, a variant of an enum and a method, and breaks nobody. docs/evolution.md says which
//! change breaks whom.
//!
//! Run it: `cargo run -p polywire-examples --bin evolution`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Limits, Result, Server, Service};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Last year's contract. In life it is in another program.
mod v1 {
    use polywire::{Message, Result, service};

    #[derive(Debug, Clone, PartialEq, Message)]
    pub(crate) struct Room {
        pub number: u32,
        pub state: RoomState,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Message)]
    pub(crate) enum RoomState {
        Free,
        Taken,
        /// Keeps the number of a state that is not known here. Without it, a newer state is an error.
        #[unknown]
        Other(i32),
    }

    #[service(package = "hotel.v1")]
    pub(crate) trait Hotel {
        async fn room(&self, number: u32) -> Result<Room>;
    }

    pub(crate) struct Inn;

    impl Hotel for Inn {
        async fn room(&self, number: u32) -> Result<Room> {
            Ok(Room { number, state: RoomState::Taken })
        }
    }
}

/// This year's: the same package and names, because it is the same contract.
mod v2 {
    use polywire::{Message, Result, service};

    #[derive(Debug, Clone, PartialEq, Message)]
    pub(crate) struct Room {
        pub number: u32,
        pub state: RoomState,
        /// New. Behind the others, so that their numbers stay.
        pub beds: u32,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Message)]
    pub(crate) enum RoomState {
        Free,
        Taken,
        /// New.
        Cleaning,
        #[unknown]
        Other(i32),
    }

    #[service(package = "hotel.v1")]
    pub(crate) trait Hotel {
        /// `language` is new. An old client does not send it, so it is an `Option`.
        async fn room(&self, number: u32, language: Option<String>) -> Result<Room>;
        /// New.
        async fn book(&self, number: u32) -> Result<()>;
    }

    pub(crate) struct Inn;

    impl Hotel for Inn {
        async fn room(&self, number: u32, language: Option<String>) -> Result<Room> {
            let beds = if language.is_some() { 2 } else { 1 };
            Ok(Room { number, state: RoomState::Cleaning, beds })
        }

        async fn book(&self, _: u32) -> Result<()> {
            Ok(())
        }
    }
}

/// Serves until `stopped` says so.
async fn serve(
    service: impl Service,
    mut stopped: watch::Receiver<()>,
) -> std::io::Result<(SocketAddr, JoinHandle<std::io::Result<()>>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let limits = Limits::default().drain_delay(Duration::ZERO); // no load balancer waits for our end
    let server = Server::new().service(service).limits(limits).listener(listener);
    Ok((address, tokio::spawn(server.serve_until(async move { drop(stopped.changed().await) }))))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use {v1::Hotel as _, v2::Hotel as _};
    let (stop, stopped) = watch::channel(());
    let (old_address, old_server) = serve(v1::HotelServer::new(v1::Inn), stopped.clone()).await?;
    let (new_address, new_server) = serve(v2::HotelServer::new(v2::Inn), stopped).await?;

    // gRPC is in protobuf here, WebSocket in JSON.
    for scheme in ["grpc", "ws"] {
        let client = v1::HotelClient::connect(format!("{scheme}://{new_address}")).await?;
        // Protobuf has the number of the new state. JSON has its name, for which an old client knows no number.
        println!("{scheme}: old client, new server: {:?}", client.room(7).await?);

        let client = v2::HotelClient::connect(format!("{scheme}://{old_address}")).await?;
        let english = Some("en".to_owned());
        println!("{scheme}: new client, old server: {:?}", client.room(7, english).await?);
        println!("{scheme}: and its new method: {:?}", client.book(7).await.map_err(|status| status.code()));
    }

    drop(stop);
    old_server.await??;
    Ok(new_server.await??)
}
