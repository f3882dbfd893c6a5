//! Runs each example of this package.

#[path = "../../run.rs"]
#[macro_use]
mod run;

examples! {
    from_proto: "
grpc: Rain, 8 degrees
grpc: then [Rain, Rain, Clear]
http: Rain, 8 degrees
http: then [Rain, Rain, Clear]
ws: Rain, 8 degrees
ws: then [Rain, Rain, Clear]
rpc GetWeather(GetWeatherRequest) returns (Report);
rpc Forecast(ForecastRequest) returns (stream Report);
"
    build_script: r#"
syntax = "proto3";

package orders.v1;

// Takes orders.
service Orders {
  // Places an order and answers with its number.
  rpc Place(Order) returns (PlaceResponse);
  // Tells what becomes of an order.
  rpc Track(TrackRequest) returns (stream TrackResponse);
}

// An order as a client places it.
message Order {
  // The article.
  string article = 1;
  // How many.
  uint32 quantity = 2;
  // When to send it.
  Delivery delivery = 3;
}

// When an order is sent.
enum Delivery {
  DELIVERY_UNSPECIFIED = 0;
  // With the next van.
  DELIVERY_NORMAL = 1;
  // Today.
  DELIVERY_EXPRESS = 2;
}

message PlaceResponse {
  uint64 result = 1;
}

message TrackRequest {
  uint64 order_id = 1;
}

message TrackResponse {
  string result = 1;
}

a server serves the same: true
order 1: packed, sent
"#
    tonic_interop: "
tonic's client: polywire greets Ada
tonic's client: InvalidArgument, nobody to greet
polywire's client: tonic greets Ada
polywire's client: invalid_argument: nobody to greet
"
}
