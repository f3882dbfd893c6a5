"""The page at /docs in Chromium, which reaches nothing but the server: the operations are in what it shows, and a script on it
opens WebSockets."""

import html
import itertools
import json
import re
import subprocess
import time
import urllib.request

import pytest
from websockets.sync.client import connect

from cli import run

# Neither sandbox, for it runs as root, nor any of what it asks its maker's hosts for.
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
# Milliseconds of the page's own clock.
BUDGET = "--virtual-time-budget=20000"


# Every other host leads nowhere, but for one whose owner has it lead here.
ALONE = "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# What a page says on its console, and what its policy forbade, is a line of the browser's log.
LOGGED = "--enable-logging=stderr"


@pytest.fixture(scope="module")
def browse(tmp_path_factory):
    """Opens a URL; the document that the browser ends up with, and its log."""
    profile = f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"

    def browse(url: str) -> tuple[str, str]:
        answer = run(*CHROMIUM, *QUIET, profile, ALONE, LOGGED, BUDGET, "--dump-dom", url, seconds=80)
        assert answer.code == 0, answer.err[-4000:]
        return html.unescape(answer.out), answer.err

    return browse


@pytest.fixture(scope="module")
def shown(bookstore, browse) -> tuple[str, str]:
    return browse(bookstore.url + "/docs")


@pytest.fixture(scope="module")
def page(shown) -> str:
    return shown[0]


def test_the_page_shows_every_operation(page):
    shown = set(re.findall(r'data-path="([^"]+)"', page))
    assert {
        "/books/{id}",
        "/books/",
        "/books",
        "/orders",
        "/orders/{order_id}/events",
        "/books.BookService/GetBook",
        "/chat.ChatService/Chat",
    } <= shown, shown


def test_the_page_says_what_the_shop_is(page):
    assert "<title>Bookstore</title>" in page
    for text in ["Returns one book", "Tells each change of an order, up to its last", "books.BookService"]:
        assert text in page, text
    assert "Failed to load" not in page


def test_the_page_keeps_to_its_policy(shown):
    assert "Content Security Policy" not in shown[1] and "CONSOLE" not in shown[1], shown[1][-4000:]


def test_the_page_has_another_address_with_a_slash(bookstore, browse):
    assert 'data-path="/books/{id}"' in browse(bookstore.url + "/docs/")[0]


def test_the_root_leads_to_the_page(bookstore, browse):
    page = browse(bookstore.url + "/")[0]
    assert "<title>Bookstore</title>" in page
    for lead in ["docs", "openapi.json", "asyncapi.json", "books.proto"]:
        assert f'<a href="{lead}">' in page, page


def test_a_name_that_was_bent_to_this_machine_shows_nothing(bookstore, browse):
    port = bookstore.url.rsplit(":", 1)[1]
    page = browse(f"http://evil.example:{port}/books/1")[0]
    assert "is not served here" in page and "Django" not in page, page


def test_the_page_stands_in_no_frame(bookstore, browse, tmp_path):
    framing = tmp_path / "frame.html"
    framing.write_text(f'<iframe src="{bookstore.url}/docs"></iframe>')
    assert "frame-ancestors" in browse(framing.as_uri())[1]


# --- what a script on the page can do ---------------------------------------------------------


class Tab:
    """A tab of a Chromium that is driven over its DevTools protocol."""

    def __init__(self, socket):
        self.socket = socket
        self.ids = itertools.count(1)

    def ask(self, method: str, **params) -> dict:
        call = next(self.ids)
        self.socket.send(json.dumps({"id": call, "method": method, "params": params}))
        while (said := json.loads(self.socket.recv(timeout=60))).get("id") != call:
            pass
        assert "error" not in said, said
        return said["result"]

    def open(self, url: str) -> None:
        assert "errorText" not in (told := self.ask("Page.navigate", url=url)), told

    def evaluate(self, expression: str):
        """The value of its promise."""
        told = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"]["value"]


def debugger_of(browser, profile) -> str:
    """Where the only tab is driven."""
    told, deadline = profile / "DevToolsActivePort", time.monotonic() + 60
    while not (told.exists() and told.read_text().count("\n")):
        assert browser.poll() is None and time.monotonic() < deadline, "Chromium does not start"
        time.sleep(0.1)
    port = told.read_text().split("\n")[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=20) as answer:
        return next(tab["webSocketDebuggerUrl"] for tab in json.load(answer) if tab["type"] == "page")


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    profile = tmp_path_factory.mktemp("driven")
    driven = [f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
    command = [*CHROMIUM, *QUIET, ALONE, *driven]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            with connect(debugger_of(browser, profile), proxy=None, max_size=None) as socket:
                yield Tab(socket)
        finally:
            browser.terminate()


# The subprotocol that was agreed on, and the first message; a request is sent if there is one.
TALK = """
((path, offers, request) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}${path}`, offers);
    socket.onopen = () => request && socket.send(JSON.stringify(request));
    socket.onmessage = ({data}) => resolve([socket.protocol, JSON.parse(data)]);
    socket.onclose = ({code}) => reject(new Error(`closed with ${code}`));
}))
"""
METADATA = {"jsonrpc": "2.0", "id": 1, "method": "contract.v1.ContractService.Metadata"}


@pytest.mark.parametrize(
    ("query", "offers", "named"),
    [("", ["bearer.tok"], "bearer.tok"), ("", ["polywire.v1+json", "bearer.tok"], "polywire.v1+json"), ("?access_token=tok", [], "")],
)
def test_a_script_gives_its_token_to_a_websocket(contract, tab, query, offers, named):
    tab.open(contract.url + "/docs")
    seen = [{"key": "authorization", "value": "Bearer tok"}]
    alone = tab.evaluate(f"{TALK}({json.dumps('/contract/metadata' + query)}, {json.dumps(offers)}, null)")
    assert alone == [named, seen]
    many = tab.evaluate(f"{TALK}({json.dumps('/ws' + query)}, {json.dumps(offers)}, {json.dumps(METADATA)})")
    assert (many[0], many[1]["result"]) == (named, seen)
