//! Typed errors: the caller gets the variant that the handler returned, on every wire and from every place in
//! a call. A variant that the caller does not know yet stays whole.
#![allow(clippy::expect_used)]

mod evolution;

use polywire::{Code, Limits, Result, Streaming};
use polywire_e2e::cases::Streams;
use polywire_e2e::on_every_wire;
use polywire_e2e::shop::{
    Clerk, Order, Receipt, ShopError, ShopService, ShopServiceClient, ShopServiceServer, older,
};
use polywire_e2e::wires::Wire;

on_every_wire! {
    a_unary_call
    a_stream_that_is_refused
    a_stream_amid_its_items
    a_stream_of_requests
    both_streams
    a_variant_of_a_newer_server
}

const FAULTS: [&str; 4] = ["missing", "sold_out", "limit", "other"];

fn order(fault: &str, after: u32) -> Order {
    Order { fault: fault.to_owned(), after }
}

fn failure(fault: &str) -> ShopError {
    ShopError::named(fault).expect("a fault of this name")
}

async fn open(wire: Wire) -> ShopServiceClient {
    ShopServiceClient::from_caller(wire.open(ShopServiceServer::new(Clerk), Limits::default()).await)
}

/// The receipts of a stream, and why it ended. The failure of a call that has not begun may come with either.
async fn read(receipts: Result<Streaming<Receipt>, ShopError>) -> (Vec<u32>, Option<ShopError>) {
    let mut numbers = Vec::new();
    let mut receipts = match receipts {
        Ok(receipts) => receipts,
        Err(error) => return (numbers, Some(error)),
    };
    loop {
        match receipts.next().await {
            Ok(Some(receipt)) => numbers.push(receipt.number),
            Ok(None) => return (numbers, None),
            Err(status) => return (numbers, Some(ShopError::from(status))),
        }
    }
}

async fn a_unary_call(wire: Wire) {
    let shop = open(wire).await;
    for fault in FAULTS {
        assert_eq!(shop.buy(order(fault, 0)).await, Err(failure(fault)));
    }
    assert_eq!(shop.buy(Order::default()).await, Ok(Receipt { number: 1 }));
}

async fn a_stream_that_is_refused(wire: Wire) {
    let shop = open(wire).await;
    for fault in FAULTS {
        assert_eq!(read(shop.watch(order(fault, 0)).await).await, (vec![], Some(failure(fault))));
    }
}

async fn a_stream_amid_its_items(wire: Wire) {
    let shop = open(wire).await;
    for fault in FAULTS {
        assert_eq!(read(shop.watch(order(fault, 3)).await).await, (vec![1, 2, 3], Some(failure(fault))));
    }
    assert_eq!(read(shop.watch(order("", 2)).await).await, (vec![1, 2], None));
}

async fn a_stream_of_requests(wire: Wire) {
    let shop = open(wire).await;
    for fault in FAULTS {
        let orders = Streaming::from_items([order("", 0), order(fault, 0)]);
        match (shop.buy_all(orders).await, wire.streams()) {
            (answer, Streams::All) => assert_eq!(answer, Err(failure(fault))),
            (Err(ShopError::Other(status)), Streams::FromServer) => {
                assert_eq!(status.code(), Code::Unimplemented, "{status}");
            }
            (answer, _) => panic!("{answer:?}"),
        }
    }
}

async fn both_streams(wire: Wire) {
    let shop = open(wire).await;
    for fault in FAULTS {
        let orders = Streaming::from_items([order("", 0), order("", 0), order(fault, 0)]);
        match (read(shop.trade(orders).await).await, wire.streams()) {
            (answer, Streams::All) => assert_eq!(answer, (vec![1, 2], Some(failure(fault)))),
            ((_, Some(ShopError::Other(status))), Streams::FromServer) => {
                assert_eq!(status.code(), Code::Unimplemented, "{status}");
            }
            (answer, _) => panic!("{answer:?}"),
        }
    }
}

/// A client that was built before the server: the variants it knows are theirs, of others it holds the whole status.
async fn a_variant_of_a_newer_server(wire: Wire) {
    use older::ShopService as _;
    let caller = wire.open(ShopServiceServer::new(Clerk), Limits::default()).await;
    let shop = older::ShopServiceClient::from_caller(caller);
    let missing = older::ShopError::Missing { id: i64::MAX };
    assert_eq!(shop.buy(order("missing", 0)).await, Err(missing.clone()));
    assert_eq!(shop.buy(order("sold_out", 0)).await, Err(older::ShopError::SoldOut));

    let unary = shop.buy(order("limit", 0)).await.expect_err("a limit");
    let mut receipts = shop.watch(order("limit", 1)).await.expect("a stream");
    assert_eq!(receipts.next().await, Ok(Some(Receipt { number: 1 })));
    let amid = older::ShopError::from(receipts.next().await.expect_err("a limit"));
    for error in [unary, amid] {
        let older::ShopError::Other(status) = error else { panic!("{error:?}") };
        assert_eq!((status.code(), status.message()), (Code::ResourceExhausted, "0 are the limit"));
        let [detail] = status.details() else { panic!("{status:?}") };
        assert_eq!(detail.type_name(), "shop.v1.ShopError");
        assert_eq!(detail.decode::<ShopError>("shop.v1.ShopError"), Some(Ok(ShopError::Limit(0))));
    }

    let mut receipts = shop.watch(order("missing", 1)).await.expect("a stream");
    assert_eq!(receipts.next().await, Ok(Some(Receipt { number: 1 })));
    assert_eq!(receipts.next().await.map_err(older::ShopError::from), Err(missing));
}
