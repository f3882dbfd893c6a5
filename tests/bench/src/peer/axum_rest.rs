//! The REST peer: axum's router and extractors, serde's derives.

use super::grpc_stubs as stubs;
use crate::Result;
use crate::payload::TITLE;
use axum::extract::Path;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) id: i32,
    pub(crate) title: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    id: i32,
    customer: String,
    email: String,
    ship_to: Address,
    bill_to: Address,
    lines: Vec<Line>,
    note: String,
    express: bool,
    total: f64,
}

#[derive(Default, Serialize, Deserialize)]
struct Address {
    street: String,
    city: String,
    postcode: String,
    country: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    sku: String,
    title: String,
    quantity: i32,
    unit_price: f64,
    tags: Vec<String>,
}

impl From<stubs::Order> for Order {
    fn from(order: stubs::Order) -> Self {
        let address = |address: Option<stubs::Address>| {
            let stubs::Address { street, city, postcode, country } = address.unwrap_or_default();
            Address { street, city, postcode, country }
        };
        let line = |stubs::Line { sku, title, quantity, unit_price, tags }| Line {
            sku,
            title,
            quantity,
            unit_price,
            tags,
        };
        Self {
            id: order.id,
            customer: order.customer,
            email: order.email,
            ship_to: address(order.ship_to),
            bill_to: address(order.bill_to),
            lines: order.lines.into_iter().map(line).collect(),
            note: order.note,
            express: order.express,
            total: order.total,
        }
    }
}

async fn get_book(Path(id): Path<i32>) -> Json<Book> {
    Json(Book { id, title: TITLE.to_owned() })
}

async fn echo_order(Json(order): Json<Order>) -> Json<Order> {
    Json(order)
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener) -> Result<()> {
    let router = Router::new().route("/books/{id}", get(get_book)).route("/orders/echo", post(echo_order));
    let listener = listener.tap_io(|stream| {
        // On failure the socket is slower, not wrong.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}
