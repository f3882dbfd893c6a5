//! A contract that is a `.proto` already: its types and its trait come from the file.
//!
//! build.rs reads proto/weather/v1/weather.proto and writes Rust: a module for each package, a struct for each
//! message, a `#[service]` trait for each service. From there on all is as if the trait were written by hand. The
//! route in the file, `google.api.http`, is there too.
//!
//! Run it: `cargo run -p polywire-examples-generated --bin from_proto`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Limits, Result, Server, Status, Streaming};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use weather::v1::{ForecastRequest, GetWeatherRequest, Report, Sky, Weather, WeatherClient, WeatherServer};

// What build.rs made: `pub mod weather { pub mod v1 { … } }`.
include!(concat!(env!("OUT_DIR"), "/polywire.rs"));

struct Station;

impl Weather for Station {
    async fn get_weather(&self, request: GetWeatherRequest) -> Result<Report> {
        match request.city.as_str() {
            "Bergen" => Ok(Report { sky: Sky::Rain, degrees: 8 }),
            city => Err(Status::not_found(format!("no station in {city}"))),
        }
    }

    async fn forecast(&self, request: ForecastRequest) -> Result<Streaming<Report>> {
        let report = |day| Report { sky: if day % 3 == 0 { Sky::Clear } else { Sky::Rain }, degrees: 7 };
        Ok(Streaming::from_items((1..=request.days).map(report)))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new()
        .service(WeatherServer::new(Station))
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    // Change the URL, not the code.
    for scheme in ["grpc", "http", "ws"] {
        let weather = WeatherClient::connect(format!("{scheme}://{address}")).await?;
        let report = weather.get_weather(GetWeatherRequest { city: "Bergen".to_owned() }).await?;
        println!("{scheme}: {:?}, {} degrees", report.sky, report.degrees);

        let request = ForecastRequest { city: "Bergen".to_owned(), days: 3 };
        let days = weather.forecast(request).await?.collect().await?;
        println!("{scheme}: then {:?}", days.iter().map(|day| day.sky).collect::<Vec<_>>());
    }

    // The way back: the contract as the server shows it.
    for line in WeatherServer::<Station>::proto().lines().filter(|line| line.contains("rpc ")) {
        println!("{}", line.trim());
    }

    drop(stop);
    Ok(server.await??)
}
