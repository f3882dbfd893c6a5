"""The page at /docs in Chromium, which reaches nothing but the server: the operations are in what it shows."""

import html
import re

import pytest

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
