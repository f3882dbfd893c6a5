//! Listeners of operation's own. They outlive the drain of the server, so that probes and scrapers see it.

use super::desk::Desk;
use crate::call::interceptor::Interceptors;
use crate::call::limits::Limits;
use crate::call::policy::{GOODBYE, Policy};
use crate::net::listen::{Listen, Listener, Places};
use crate::server::accept::{self, Door};
use crate::server::engine::Engine;
use crate::server::tables::Tables;
use crate::waist::mounted::{Mounted, Services, Settings, Shown};
use std::io;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The most connections on such a listener. Probes and scrapers are few.
const CONNECTIONS: usize = 100;

/// Listeners that are not bound yet, and the answers there.
pub(in crate::server) struct Own {
    pub(super) listeners: Vec<Listen>,
    pub(super) desk: Desk,
}

/// Bound listeners.
pub(in crate::server) struct Ready {
    listeners: Vec<Listener>,
    desk: Desk,
}

/// Listeners that answer.
pub(in crate::server) struct Running {
    mounted: Arc<Mounted>,
}

impl Own {
    /// Binds the listeners.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub(in crate::server) async fn bind(self) -> io::Result<Ready> {
        let mut listeners = Vec::new();
        for listen in self.listeners {
            for listen in listen.expand()? {
                listeners.push(listen.bind(Limits::default().backlog).await?);
            }
        }
        Ok(Ready { listeners, desk: self.desk })
    }
}

impl Ready {
    /// Answers from now on.
    ///
    /// # Errors
    /// None: without services there are no routes that could clash.
    pub(in crate::server) fn start(self) -> io::Result<Running> {
        let settings = Settings {
            policy: Policy::new(Limits::default(), Interceptors::default()),
            health: self.desk.health.clone(),
            shown: Shown { is_hidden: true, ..Shown::default() },
            ..Settings::default()
        };
        let mounted = Arc::new(Mounted::new(settings, Services::default(), Services::default()));
        let tables = Tables::new(&mounted).map_err(|told| io::Error::other(told.join("; ")))?;
        let engine = Arc::new(Engine::new(&mounted, tables).with_desk(Some(self.desk)));
        for listener in self.listeners {
            let door = Door {
                engine: Arc::clone(&engine),
                mounted: Arc::clone(&mounted),
                noted: None,
                prefaced: None,
                #[cfg(feature = "axum")]
                layered: None,
                #[cfg(feature = "tls")]
                tls: None,
            };
            let places = Places::new(Semaphore::new(CONNECTIONS));
            mounted.tasks.spawn(accept::serve(listener, places, door));
        }
        Ok(Running { mounted })
    }
}

impl Running {
    /// Ends the listeners, after answers that are on their way.
    pub(in crate::server) async fn end(self) {
        let Mounted { draining, tasks, closing, .. } = &*self.mounted;
        draining.cancel();
        tasks.close();
        if timeout(GOODBYE, tasks.wait()).await.is_err() {
            closing.cancel();
            let _ = timeout(GOODBYE, tasks.wait()).await;
        }
    }
}
