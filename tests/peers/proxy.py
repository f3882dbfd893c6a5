"""Proxies in front of a server under test: nginx and HAProxy on a port that the system chooses, in a folder of the test's own."""

import pathlib
import socket
import ssl
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 20

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/books.conf;
}}
"""


class Proxy:
    """A running proxy."""

    def __init__(self, folder: pathlib.Path, command, write):
        """`write` writes the configuration for a port."""
        self.folder = folder
        # nginx and HAProxy take a socket that is bound already, so no other program can take the port.
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            self.port = listener.getsockname()[1]
            self.address = f"127.0.0.1:{self.port}"
            write(self.port, listener.fileno())
            self.log = open(folder / "output.log", "wb")
            self.process = subprocess.Popen(
                command(listener.fileno()),
                env={"NGINX": f"{listener.fileno()};", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
            )

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self.log.close()

    def output(self) -> str:
        files = [file for file in self.folder.glob("*.log")]
        return "\n".join(f"{file.name}:\n{file.read_text(errors='replace')}" for file in files)


def certificate(folder: pathlib.Path) -> pathlib.Path:
    """A certificate for localhost, in cert.pem with its key in key.pem."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )
    return folder / "cert.pem"


def nginx(folder: pathlib.Path, server) -> Proxy:
    """nginx with the configuration of examples/behind-nginx, in front of `server`."""
    certificate(folder)

    def write(port: int, _) -> None:
        text = (ROOT / "examples/behind-nginx/books.conf").read_text()
        for ours, theirs in [
            ("127.0.0.1:8080", server.address),
            ("listen 443 ", f"listen 127.0.0.1:{port} "),
            ("server_name shop.example", "server_name localhost 127.0.0.1"),
            ("/etc/ssl/shop.example/fullchain.pem", f"{folder}/cert.pem"),
            ("/etc/ssl/shop.example/privkey.pem", f"{folder}/key.pem"),
        ]:
            changed = text.replace(ours, theirs)
            assert changed != text, ours
            text = changed
        (folder / "books.conf").write_text(text)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder))

    return Proxy(folder, lambda _: ["nginx", "-p", folder, "-c", folder / "nginx.conf"], write)


def haproxy(folder: pathlib.Path, server, version: str) -> Proxy:
    """HAProxy that passes on connections as they are, after a header of the PROXY protocol."""

    def write(_, descriptor: int) -> None:
        (folder / "haproxy.cfg").write_text(
            f"""
defaults
    mode tcp
    timeout connect 5s
    timeout client 1m
    timeout server 1m
listen all
    bind fd@{descriptor}
    server one {server.address} {version}
"""
        )

    return Proxy(folder, lambda _: ["haproxy", "-f", folder / "haproxy.cfg"], write)


def trusting(folder: pathlib.Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=folder / "cert.pem")
