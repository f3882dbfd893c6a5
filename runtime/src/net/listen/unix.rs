//! Unix sockets: the right to connect, and the socket's file, which is removed with the server.
//!
//! The socket takes no connection before its mode is set. It is bound, gets its group and mode, and only then
//! listens; until then the system refuses connections. So nobody can connect under the umask's mode, and the
//! file needs no other folder first.

use std::fmt;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener as StdListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::{UnixListener, UnixStream};

/// A Unix socket to listen on. A process may connect if it may write to the socket's file.
///
/// ```
/// # use polywire::{Server, UnixSocket};
/// let socket = UnixSocket::new("/run/books/api.sock").mode(0o660).group("www-data");
/// let server = Server::new().listen(socket);
/// # drop(server);
/// ```
#[derive(Debug, Clone)]
pub struct UnixSocket {
    path: PathBuf,
    mode: Option<u32>,
    group: Option<String>,
}

impl UnixSocket {
    /// Listens at this path. The file has the mode that the process's umask leaves, and the process's group.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), mode: None, group: None }
    }

    /// Sets the mode of the file, such as `0o660`, whatever the umask is, before anybody can connect. The
    /// server does not start with a mode above `0o777`.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Sets the group of the file, by its name in `/etc/group` or by its number. The process must be a member
    /// of the group, or root.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// Sets the group, then the mode. In the other order, the mode could let in the group that the file had
    /// before.
    fn guard(&self) -> io::Result<()> {
        if let Some(group) = &self.group {
            let id = group_id(group)?;
            std::os::unix::fs::lchown(&self.path, None, Some(id)).map_err(|error| {
                told(error.kind(), format!("its file cannot be given to group `{group}` ({id}): {error}; this process must be a member of the group"))
            })?;
        }
        if let Some(mode) = self.mode {
            std::fs::set_permissions(&self.path, std::fs::Permissions::from_mode(mode)).map_err(|error| {
                told(error.kind(), format!("its file cannot have mode {mode:#o}: {error}"))
            })?;
        }
        Ok(())
    }

    /// Finds mistakes before there is a file.
    fn check(&self) -> io::Result<()> {
        if let Some(mode) = self.mode.filter(|mode| mode & !0o777 != 0) {
            let text = format!("mode {mode:#o} of a socket holds more than permissions: use 0o777 at most");
            return Err(told(io::ErrorKind::InvalidInput, text));
        }
        self.group.as_deref().map_or(Ok(0), group_id).map(drop)
    }
}

impl From<&str> for UnixSocket {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl fmt::Display for UnixSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unix:{}", self.path.display())
    }
}

fn told(kind: io::ErrorKind, text: String) -> io::Error {
    io::Error::new(kind, text)
}

/// The number of a group. A group with this name goes before one with this number, as in `chgrp`.
fn group_id(group: &str) -> io::Result<u32> {
    let groups = std::fs::read("/etc/group").unwrap_or_default();
    let named = find_group(&String::from_utf8_lossy(&groups), group);
    named.or_else(|| group.parse().ok()).ok_or_else(|| {
        let text = format!("group `{group}` is not in /etc/group: write a group that is, or its number");
        told(io::ErrorKind::NotFound, text)
    })
}

/// Finds a group in `/etc/group`. Each line is `name:password:number:members` (group(5)).
fn find_group(groups: &str, name: &str) -> Option<u32> {
    let mut lines = groups.lines().map(|line| line.split(':'));
    lines.find_map(|mut fields| (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?)
}

/// A socket that is bound. Its file is removed with the last copy.
pub(crate) struct Socket {
    listener: UnixListener,
    /// `None` when the file belongs to somebody else.
    file: Option<Arc<File>>,
}

/// A bound socket that belongs to no runtime yet.
pub(crate) struct PortableSocket {
    listener: StdListener,
    file: Option<Arc<File>>,
}

struct File(PathBuf);

impl PortableSocket {
    pub(super) fn another(&self) -> io::Result<Self> {
        Ok(Self { listener: self.listener.try_clone()?, file: self.file.clone() })
    }

    pub(super) fn into_socket(self) -> io::Result<Socket> {
        Ok(Socket { listener: UnixListener::from_std(self.listener)?, file: self.file })
    }
}

impl Socket {
    /// Binds the socket. It replaces the socket file of a dead process, and no other file.
    pub(super) async fn bind(asked: &UnixSocket, backlog: u32) -> io::Result<Self> {
        let (socket, file) = Self::guarded(asked).await?;
        Ok(Self { listener: socket.listen(backlog)?, file: Some(file) })
    }

    /// A socket that was handed over. Its file stays.
    #[cfg(feature = "systemd")]
    pub(super) fn handed(listener: StdListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self { listener: UnixListener::from_std(listener)?, file: None })
    }

    /// Makes a socket with its mode and group. The socket is bound and does not listen yet, so it takes no
    /// connection.
    async fn guarded(asked: &UnixSocket) -> io::Result<(tokio::net::UnixSocket, Arc<File>)> {
        asked.check()?;
        let path = &asked.path;
        let mut socket = tokio::net::UnixSocket::new_stream()?;
        match socket.bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_dead(path).await => {
                std::fs::remove_file(path)?;
                socket = tokio::net::UnixSocket::new_stream()?;
                socket.bind(path)?;
            }
            bound => bound?,
        }
        let file = Arc::new(File(path.clone()));
        asked.guard()?;
        Ok((socket, file))
    }

    pub(super) fn into_portable(self) -> io::Result<PortableSocket> {
        Ok(PortableSocket { listener: self.listener.into_std()?, file: self.file })
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

async fn is_dead(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    is_socket && UnixStream::connect(path).await.is_err_and(refused)
}

impl Drop for File {
    fn drop(&mut self) {
        // The file may be gone already, or we may not remove it. Either way the next server finds out by
        // itself.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_connects_before_the_mode_is_set() {
        let path = std::env::temp_dir().join(format!("polywire-guarded-{}.sock", std::process::id()));
        let asked = UnixSocket::new(&path).mode(0o600);
        let (socket, file) = Socket::guarded(&asked).await.expect("a socket");
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let refused = UnixStream::connect(&path).await.expect_err("it does not listen");
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let listener = socket.listen(1).expect("a listener");
        UnixStream::connect(&path).await.expect("it listens");
        drop((listener, file));
        assert!(!path.exists());
    }

    #[test]
    fn a_group_is_found_by_its_name() {
        let groups = "root:x:0:\nwww-data:x:33:ada,bob\nbroken\n4711:x:7:\nbad:x:y:\n";
        for (name, id) in [("www-data", Some(33)), ("root", Some(0)), ("4711", Some(7))] {
            assert_eq!(find_group(groups, name), id, "{name}");
        }
        for name in ["www", "broken", "bad", "ada", ""] {
            assert_eq!(find_group(groups, name), None, "{name}");
        }
    }
}
