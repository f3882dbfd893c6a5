//! Sockets that systemd hands over (sd_listen_fds(3)): bound before this process was there, and still bound when it is gone.
//! Connections that come between two processes wait in the socket.

use super::Listen;
use std::io;

/// All sockets with this name that nobody has taken, or all sockets if the name is empty.
///
/// # Errors
/// When there is none, or one is neither TCP nor a Unix socket.
#[cfg(all(feature = "systemd", unix))]
pub(super) fn take(name: &str) -> io::Result<Vec<Listen>> {
    use std::sync::{Mutex, OnceLock, PoisonError};
    /// The sockets of this process. Each can be taken once.
    static HANDED: OnceLock<Mutex<Handed>> = OnceLock::new();
    let handed = HANDED.get_or_init(|| Mutex::new(Handed::from_environment()));
    handed.lock().unwrap_or_else(PoisonError::into_inner).take(name)
}

/// Refuses, because this build takes none.
///
/// # Errors
/// Always.
#[cfg(not(all(feature = "systemd", unix)))]
pub(super) fn take(_: &str) -> io::Result<Vec<Listen>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "this build takes no sockets from systemd: enable the feature `systemd` of polywire, on Unix",
    ))
}

#[cfg(all(feature = "systemd", unix))]
struct Handed {
    sockets: listenfd::ListenFd,
    /// `FileDescriptorName=` of each socket; by default the name of its unit.
    names: Vec<String>,
}

#[cfg(all(feature = "systemd", unix))]
impl Handed {
    fn from_environment() -> Self {
        // The names go first: the sockets' variables are removed, so that no child takes them for its own.
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let names = names.split(':').map(str::to_owned).collect();
        Self { sockets: listenfd::ListenFd::from_env(), names }
    }

    fn take(&mut self, name: &str) -> io::Result<Vec<Listen>> {
        let mut taken = Vec::new();
        for at in 0..self.sockets.len() {
            if name.is_empty() || self.names.get(at).is_some_and(|own| own == name) {
                taken.extend(self.take_at(at)?);
            }
        }
        if taken.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, self.missing(name)));
        }
        Ok(taken)
    }

    fn take_at(&mut self, at: usize) -> io::Result<Option<Listen>> {
        if let Ok(listener) = self.sockets.take_tcp_listener(at) {
            let Some(listener) = listener else { return Ok(None) };
            listener.set_nonblocking(true)?;
            return tokio::net::TcpListener::from_std(listener).map(Listen::Bound).map(Some);
        }
        let Some(listener) = self.sockets.take_unix_listener(at)? else { return Ok(None) };
        super::unix::Socket::handed(listener).map(Listen::BoundUnix).map(Some)
    }

    fn missing(&self, name: &str) -> String {
        match (self.sockets.len(), name) {
            (0, _) => {
                "systemd handed over no socket: the unit needs a `.socket` unit, or `Sockets=`".to_owned()
            }
            (_, "") => "all sockets that systemd handed over are taken already".to_owned(),
            _ => format!(
                "systemd handed over no socket `{name}` that is not taken: it has {}; set `FileDescriptorName=`",
                self.names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        }
    }
}
