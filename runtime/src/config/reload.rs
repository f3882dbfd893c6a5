//! [`Reload`]: a configuration that is read again while its server runs.
//!
//! Everything is read and checked before anything changes. What cannot change while a server runs is refused, and
//! the error says so: then nothing has changed.

use super::{Config, ConfigError, ConfigSources, serve};
use crate::call::policy::Policy;
use crate::server::Server;
use std::fmt;
#[cfg(unix)]
use std::future::Future;
use std::sync::{Arc, OnceLock};

/// The limits that count from the start of a server, each with the reason.
const FIXED: [(&str, &str); 6] = [
    ("connections", "listeners have so many places from their start"),
    ("backlog", "listeners are told when they are bound"),
    ("nesting", "readers of messages are told when the server starts"),
    ("elements", "readers of messages are told when the server starts"),
    ("decode_budget", "consumers are told when they start"),
    ("amqp_message_size", "consumers are told when they start"),
];

/// Reads the configuration of a running server again. [`ConfigSources::reloadable`] makes it.
///
/// | key | from when on |
/// |---|---|
/// | `limits` of calls | the next call |
/// | `limits` of connections, such as `streams` | the next connection |
/// | the files of `tls`, also when only their content has changed | the next connection |
/// | `log` | when the program does it, in [`Reload::on_change`] |
///
/// Six limits count from the start: `connections`, `backlog`, `nesting`, `elements`, `decode_budget` and
/// `amqp_message_size`.
///
/// A change of one of these or of any other key is refused, and so is the whole reload.
///
/// ```no_run
/// # async fn run(books: impl polywire::Service) -> Result<(), Box<dyn std::error::Error>> {
/// let sources = polywire::ConfigSources::new().file("polywire.toml").environment("POLYWIRE");
/// let (server, reload) = sources.reloadable()?;
/// tokio::spawn(reload.on_hangup()); // `kill -HUP`, `systemctl reload`
/// server.service(books).serve().await?;
/// # Ok(()) }
/// ```
#[must_use = "nothing is read again until `reload` is called or `on_hangup` runs"]
pub struct Reload {
    sources: ConfigSources,
    config: Config,
    #[cfg(feature = "tls")]
    tls: Option<crate::net::ServerTls>,
    policy: Arc<OnceLock<Arc<Policy>>>,
    changed: Vec<Told>,
}

/// Is called with each new configuration.
type Told = Box<dyn FnMut(&Config) + Send>;

impl fmt::Debug for Reload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reload({:?})", self.sources)
    }
}

impl ConfigSources {
    /// Makes a server, as [`Config::server`] does, and what reads its configuration again.
    ///
    /// ```
    /// # fn main() -> Result<(), polywire::ConfigError> {
    /// let sources = polywire::ConfigSources::new().file_if_there("polywire.toml").environment("BOOKS");
    /// let (server, reload) = sources.reloadable()?;
    /// assert_eq!(reload.config().limits.streams, 100);
    /// # drop(server); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`ConfigSources::load`] and [`Config::server`].
    pub fn reloadable(self) -> Result<(Server, Reload), ConfigError> {
        let config = self.load()?;
        let made = serve::make(&config)?;
        let policy = Arc::default();
        let server = made.server.telling(Arc::clone(&policy));
        let reload = Reload {
            sources: self,
            config,
            #[cfg(feature = "tls")]
            tls: made.tls,
            policy,
            changed: Vec::new(),
        };
        Ok((server, reload))
    }
}

impl Reload {
    /// The configuration that holds now.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Calls `told` with each new configuration, such as for the log level.
    ///
    /// ```
    /// # fn run(reload: polywire::Reload) -> polywire::Reload {
    /// reload.on_change(|config| println!("log {:?}", config.log)) // `tracing_subscriber::reload` changes a filter
    /// # }
    /// ```
    pub fn on_change(mut self, told: impl FnMut(&Config) + Send + 'static) -> Self {
        self.changed.push(Box::new(told));
        self
    }

    /// Reads the sources again, and applies what may change. Returns the keys that have changed. The files of `tls`
    /// are always read again.
    ///
    /// ```
    /// # fn main() -> Result<(), polywire::ConfigError> {
    /// let (server, mut reload) = polywire::ConfigSources::new().environment("BOOKS").reloadable()?;
    /// let channel = server.into_local(); // or it serves
    /// assert!(reload.reload()?.is_empty()); // the variables are the same
    /// # drop(channel); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with the new configuration, and the keys that cannot change while a server runs. Then
    /// the server goes on as before.
    pub fn reload(&mut self) -> Result<Vec<String>, ConfigError> {
        let new = self.sources.load()?;
        let changed = changes(&self.config, &new)?;
        let Some(policy) = self.policy.get() else {
            return Err(ConfigError::key("limits", "the server has not started; reload it later"));
        };
        // All that can fail comes first.
        let made = serve::make(&new)?;
        #[cfg(feature = "tls")]
        if let (Some(old), Some(new)) = (&self.tls, &made.tls) {
            old.become_like(new).map_err(|status| ConfigError::key("tls", status.message()))?;
        }
        drop(made);
        if new.limits != self.config.limits {
            policy.limits.replace(new.limits.clone());
        }
        self.config = new;
        for told in &mut self.changed {
            told(&self.config);
        }
        Ok(changed)
    }

    /// Reloads at each SIGHUP, and logs what came of it. SIGHUP is heard from this call on. The future never ends, so
    /// spawn it.
    ///
    /// ```no_run
    /// # async fn run(reload: polywire::Reload) {
    /// tokio::spawn(reload.on_hangup());
    /// # }
    /// ```
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[cfg(unix)]
    pub fn on_hangup(mut self) -> impl Future<Output = ()> + Send {
        use tokio::signal::unix::{SignalKind, signal};
        let hangups = signal(SignalKind::hangup());
        async move {
            let mut hangups = match hangups {
                Ok(hangups) => hangups,
                Err(error) => {
                    return tracing::error!(%error, "SIGHUP cannot be heard, so nothing is reloaded");
                }
            };
            while hangups.recv().await.is_some() {
                match self.reload() {
                    Ok(changed) => tracing::info!(?changed, "the configuration was reloaded"),
                    Err(error) => {
                        tracing::error!(%error, "the configuration was not reloaded; the old one holds")
                    }
                }
            }
        }
    }
}

/// The keys that have changed.
///
/// # Errors
/// When one of them cannot change while a server runs.
fn changes(old: &Config, new: &Config) -> Result<Vec<String>, ConfigError> {
    let (mut changed, mut refused) = (Vec::new(), Vec::new());
    let mut refuse = |key: &str, why: &str| {
        refused.push(format!("`{key}`: cannot change while the server runs: {why}; restart it"));
    };
    for key in old.changed(new) {
        match key {
            "limits" => {
                for key in old.limits.changed(&new.limits) {
                    changed.push(format!("limits.{key}"));
                    if let Some((_, why)) = FIXED.iter().find(|(fixed, _)| *fixed == key) {
                        refuse(&format!("limits.{key}"), why);
                    }
                }
            }
            "log" => changed.push(key.to_owned()),
            #[cfg(feature = "tls")]
            "tls" => match (&old.tls, &new.tls) {
                (Some(old), Some(new)) => {
                    changed.extend(old.changed(new).into_iter().map(|key| format!("tls.{key}")));
                    if old.client_auth != new.client_auth
                        || old.client_roots.is_some() != new.client_roots.is_some()
                    {
                        refuse("tls", "whether clients show certificates is decided at its start");
                    }
                }
                _ => refuse("tls", "listeners have TLS or none from their start"),
            },
            other => refuse(other, "it is read at its start"),
        }
    }
    ConfigError::refuse(refused)?;
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::limits::Limits;

    /// The limits that are read anew for each call or connection, so that they may change.
    const READ_ANEW: &[&str] = &[
        "body_timeout",
        "calls_in_flight",
        "connection_age",
        "connection_grace",
        "connection_streams",
        "connection_window",
        "drain_delay",
        "drain_timeout",
        "h1_buffer",
        "h1_headers",
        "handshake_timeout",
        "header_size",
        "header_timeout",
        "idle_timeout",
        "json_size",
        "keepalive_interval",
        "keepalive_timeout",
        "local_resets",
        "message_size",
        "open_streams",
        "pending_resets",
        "reply_size",
        "send_buffer",
        "stream_idle_timeout",
        "stream_window",
        "streams",
        "unary_timeout",
        "ws_age",
        "ws_calls",
        "ws_first_message",
        "ws_frame_size",
        "ws_idle_timeout",
        "ws_message_size",
        "ws_ping_interval",
        "ws_write_buffer",
    ];

    #[test]
    fn every_limit_is_read_anew_or_fixed() {
        for (row, _) in Limits::ROWS {
            let fixed = FIXED.iter().any(|(fixed, _)| fixed == row);
            assert!(
                fixed != READ_ANEW.contains(row),
                "limit `{row}`: if every use reads it from the policy again, add it to READ_ANEW; otherwise to FIXED \
                 (src/config/reload.rs)"
            );
        }
        assert_eq!(Limits::ROWS.len(), FIXED.len() + READ_ANEW.len());
    }
}
