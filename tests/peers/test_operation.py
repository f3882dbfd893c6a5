"""What runs a server: Prometheus' own parsers and promtool read its numbers, curl asks its probes as a load balancer does."""

import re

import grpc
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from cli import run
from conftest import serve

OPERATION = re.compile(r"^operation on (\S+)$", re.MULTILINE)
# What Prometheus sends (scrape/scrape.go).
ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"


@pytest.fixture(scope="module")
def operated():
    """A server with a listener for operation, after two calls."""
    for server in serve("contract-server", "memory:", "--operation", "127.0.0.1:0"):
        server.operation = "http://" + OPERATION.search(server.output()).group(1)
        echo = [f"{server.url}/contract.v1.ContractService/{method}" for method in ("Echo", "Nothing")]
        for url in echo:
            run("curl", "--silent", "--json", "{}", url)
        yield server


def curl(url: str, *flags: str):
    """The status, the content type and the body."""
    told = run("curl", "--silent", "--show-error", "--write-out", "\n%{http_code} %{content_type}", *flags, url)
    assert told.code == 0, told
    body, _, end = told.out.rpartition("\n")
    status, _, content_type = end.partition(" ")
    return int(status), content_type, body


def calls(families) -> dict:
    """The counts of calls, by method and code."""
    family = next(family for family in families if family.name == "rpc_server_call_duration_seconds")
    assert family.type == "histogram", family
    counts = [sample for sample in family.samples if sample.name.endswith("_count")]
    return {(one.labels["rpc_method"], one.labels["rpc_response_status_code"]): one.value for one in counts}


def test_prometheus_own_parser_reads_openmetrics(operated):
    status, content_type, text = curl(operated.operation + "/metrics", "--header", f"accept: {ACCEPT}")
    assert (status, content_type) == (200, "application/openmetrics-text; version=1.0.0; charset=utf-8")
    families = list(openmetrics(text))
    assert calls(families)
    queues = {family.name: family for family in families if family.name.startswith("polywire_queue_")}
    assert queues["polywire_queue_deliveries"].type == "counter", queues
    assert queues["polywire_queue_age_seconds"].unit == "seconds", queues


def test_prometheus_own_parser_reads_the_older_text(operated):
    status, content_type, text = curl(operated.operation + "/metrics")
    assert (status, content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = list(prometheus(text))
    assert calls(families)
    assert "# EOF" not in text


def test_promtool_finds_nothing_to_blame(operated):
    _, _, text = curl(operated.operation + "/metrics")
    told = run("promtool", "check", "metrics", stdin=text)
    assert told.code == 0, told


def test_a_call_counts_once(operated):
    method = "grpc.health.v1.Health/Check"
    before = calls(prometheus(curl(operated.operation + "/metrics")[2])).get((method, "OK"), 0)
    with grpc.insecure_channel(operated.address) as channel:
        channel.unary_unary(f"/{method}")(b"")
    after = calls(prometheus(curl(operated.operation + "/metrics")[2]))[(method, "OK")]
    assert after == before + 1


def test_probes_answer_a_load_balancer(operated):
    for base in (operated.url, operated.operation):
        assert curl(base + "/livez")[::2] == (200, "live\n")
        assert curl(base + "/readyz")[::2] == (200, "ready\n")
        # It asks by address, whatever the names of the server are.
        assert curl(base + "/readyz", "--header", "host: 10.0.0.9:8080")[0] == 200
        assert curl(base + "/readyz", "--http2-prior-knowledge")[0] == 200
        assert curl(base + "/readyz", "--head")[0] == 200
    assert curl(operated.url + "/metrics")[0] == 404
