// connect-es, the JavaScript client: Connect, gRPC-Web and gRPC over HTTP/2, Connect and gRPC-Web over HTTP/1.1.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { serve, stubs } from "../server.mjs";

const transports = {
  "Connect, JSON, HTTP/1.1": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
  "Connect, proto, HTTP/1.1": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: true }),
  "Connect, JSON, HTTP/2": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false }),
  "Connect, proto, HTTP/2": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: true }),
  "gRPC-Web, HTTP/1.1": (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  "gRPC-Web, HTTP/2": (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" }),
  "gRPC, proto": (baseUrl) => createGrpcTransport({ baseUrl }),
  "gRPC, JSON": (baseUrl) => createGrpcTransport({ baseUrl, useBinaryFormat: false }),
};

/** gRPC-Web carries no stream from the client; half of Connect's do over HTTP/1.1, and full duplex needs HTTP/2. */
const carriesClientStreams = (name) => !name.startsWith("gRPC-Web") && !name.includes("HTTP/1.1");

let server, contract, shop;

before(async () => {
  server = await serve("contract-server");
  contract = await stubs(server, "contract.v1");
  shop = await stubs(server, "shop.v1");
});

after(async () => {
  const { code, output } = await server.stop();
  assert.equal(code, 0, output);
});

async function collect(stream) {
  const got = [];
  for await (const item of stream) got.push(item);
  return got;
}

/** The ConnectError of a call that must fail. */
async function refused(call) {
  const error = await call().then(
    (answer) => assert.fail(`answered ${JSON.stringify(answer)}`),
    (error) => error,
  );
  assert.ok(error instanceof ConnectError, String(error));
  return error;
}

for (const [name, transport] of Object.entries(transports)) {
  describe(name, () => {
    let client;
    before(() => (client = createClient(contract.ContractService, transport(server.url))));

    test("unary", async () => {
      const data = new Uint8Array([0, 255, 1]);
      const item = await client.echo({ index: -7, text: "ünï 🦀", data });
      assert.equal(item.index, -7);
      assert.equal(item.text, "ünï 🦀");
      assert.deepEqual(new Uint8Array(item.data), data);
    });

    test("empty and large", async () => {
      const empty = await client.echo({});
      assert.deepEqual([empty.index, empty.text, empty.data.length], [0, "", 0]);
      const text = "x".repeat(700_000);
      assert.equal((await client.echo({ text })).text, text);
    });

    test("server stream", async () => {
      const items = await collect(client.count({ upto: 100 }));
      assert.deepEqual(items.map((item) => item.text), Array.from({ length: 100 }, (_, n) => `item ${n + 1}`));
    });

    test("a stream that breaks keeps what came before", async () => {
      const got = [];
      const error = await refused(async () => {
        for await (const item of client.count({ upto: 13 })) got.push(item.index);
      });
      assert.deepEqual(got, [1, 2, 3]);
      assert.deepEqual([error.code, error.rawMessage], [Code.DataLoss, "stream broke"]);
    });

    test("typed error", async () => {
      const error = await refused(() => client.fail({ kind: "missing" }));
      assert.deepEqual([error.code, error.rawMessage], [Code.NotFound, "no item 7"]);
      const [detail] = error.findDetails(contract.ContractErrorSchema);
      assert.equal(detail.error.case, "missing");
      assert.equal(detail.error.value.id, 7);
    });

    test("typed error amid a stream", async () => {
      const till = createClient(shop.ShopService, transport(server.url));
      for (const after of [0, 3]) {
        const got = [];
        const error = await refused(async () => {
          for await (const receipt of till.watch({ fault: "missing", after })) got.push(receipt.number);
        });
        assert.equal(got.length, after);
        assert.equal(error.code, Code.NotFound);
        const [detail] = error.findDetails(shop.ShopErrorSchema);
        assert.equal(detail.error.case, "missing");
        assert.deepEqual([detail.error.value.id, detail.error.value.near], [2n ** 63n - 1n, ['é\n"%', "🦀"]]);
      }
    });

    test("every code", async () => {
      for (let code = 1; code <= 16; code++) {
        const error = await refused(() => client.reject({ code, message: `number ${code} é` }));
        assert.deepEqual([error.code, error.rawMessage], [code, `number ${code} é`]);
      }
    });

    test("bad argument in a stream method", async () => {
      const error = await refused(() => collect(client.count({ upto: -1 })));
      assert.equal(error.code, Code.InvalidArgument);
    });

    test("deadline", async () => {
      const error = await refused(() => client.sleep({ ms: 20_000 }, { timeoutMs: 300 }));
      assert.equal(error.code, Code.DeadlineExceeded);
    });

    test("cancellation leaves the connection usable", async () => {
      const controller = new AbortController();
      const error = await refused(async () => {
        for await (const item of client.count({ upto: 1_000_000, delayMs: 5 }, { signal: controller.signal })) {
          if (item.index === 3) controller.abort();
        }
      });
      assert.equal(error.code, Code.Canceled);
      assert.equal((await client.echo({ index: 1 })).index, 1);
    });

    test("metadata in and out", async () => {
      let header, trailer;
      const reply = await client.metadata(
        {},
        {
          headers: { "x-mine": "yes" },
          onHeader: (headers) => (header = headers.get("x-reply")),
          onTrailer: (trailers) => (trailer = trailers.get("x-trail")),
        },
      );
      assert.match(JSON.stringify(reply), /x-mine/);
      assert.deepEqual([header, trailer], ["header", "trailer"]);
    });

    if (carriesClientStreams(name)) {
      test("client stream", async () => {
        const summary = await client.collect(
          (async function* () {
            for (let index = 0; index < 50; index++) yield { index, data: new Uint8Array(10) };
          })(),
        );
        assert.deepEqual([summary.count, summary.bytes], [50, 500n]);
      });

      test("bidi: each item is answered before the next is sent", async () => {
        let answered = () => {};
        const replies = client.chat(
          (async function* () {
            for (let index = 0; index < 10; index++) {
              const reply = new Promise((resolve) => (answered = resolve));
              yield { index, text: `${index}` };
              await reply;
            }
          })(),
        );
        const texts = [];
        for await (const reply of replies) {
          texts.push(reply.text);
          answered();
        }
        assert.deepEqual(texts, Array.from({ length: 10 }, (_, n) => `Echo: ${n}`));
      });
    }
  });
}

test("the bookstore, over each transport", async () => {
  const shop = await serve("bookstore");
  try {
    const books = await stubs(shop, "books");
    for (const transport of Object.values(transports)) {
      const client = createClient(books.BookService, transport(shop.url));
      const book = await client.getBook({ id: 1 });
      assert.deepEqual([book.id, book.title], [1, "Django for APIs"]);
      assert.equal((await refused(() => client.getBook({ id: 999 }))).code, Code.NotFound);
    }
  } finally {
    const { code, output } = await shop.stop();
    assert.equal(code, 0, output);
  }
});
