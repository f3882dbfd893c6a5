//! The routes of every HTTP transport of one server.

#[cfg(any(feature = "http", feature = "ws"))]
use crate::transport::Conflict;
use crate::waist::mounted::Mounted;
use std::sync::Arc;

/// A table of routes for each HTTP transport.
pub(crate) struct Tables {
    #[cfg(feature = "grpc")]
    pub(crate) grpc: crate::transport::grpc::Table,
    #[cfg(feature = "ws")]
    pub(crate) ws: crate::transport::ws::Table,
    #[cfg(feature = "http")]
    pub(crate) http: crate::transport::http::Table,
}

impl Tables {
    /// Collects the routes of all methods.
    ///
    /// # Errors
    /// A text for each route that two methods have.
    pub(crate) fn new(mounted: &Arc<Mounted>) -> Result<Self, Vec<String>> {
        #[cfg(any(feature = "http", feature = "ws"))]
        let mut told = Vec::new();
        #[cfg(feature = "ws")]
        let ws = noted(crate::transport::ws::Table::new(mounted), &mut told);
        #[cfg(feature = "http")]
        let http = noted(crate::transport::http::Table::new(mounted), &mut told);
        #[cfg(feature = "ws")]
        let Some(ws) = ws else { return Err(told) };
        #[cfg(feature = "http")]
        let Some(http) = http else { return Err(told) };
        Ok(Self {
            #[cfg(feature = "grpc")]
            grpc: crate::transport::grpc::Table::new(Arc::clone(mounted)),
            #[cfg(feature = "ws")]
            ws,
            #[cfg(feature = "http")]
            http,
        })
    }
}

/// The table. If there is none, its conflicts are added to `told`.
#[cfg(any(feature = "http", feature = "ws"))]
fn noted<T>(table: Result<T, Vec<Conflict>>, told: &mut Vec<String>) -> Option<T> {
    table.map_err(|conflicts| told.extend(conflicts.iter().map(ToString::to_string))).ok()
}
