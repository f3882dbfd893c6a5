// A client that an independent generator made of /openapi.json: its types hold, and it works against the running shop.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import openapiTS, { astToString } from "openapi-typescript";
import { serve } from "../../node/server.mjs";
import { here, run } from "../run.mjs";

let server;

before(async () => {
  server = await serve("bookstore");
  await mkdir(join(here, "generated"), { recursive: true });
  const types = astToString(await openapiTS(new URL(`${server.url}/openapi.json`)));
  await writeFile(join(here, "generated", "bookstore.ts"), types);
});

after(async () => assert.equal((await server.stop()).code, 0));

test("tsc finds the client sound by the generated types", async () => {
  const { code, output } = await run("tsc", "--project", join(here, "tsconfig.json"));
  assert.equal(code, 0, output);
});

test("the client buys a book", async () => {
  const { shop } = await import("../client.ts");
  const bought = await shop(server.url);
  assert.deepEqual(bought, {
    title: "Dune",
    titles: ["Django for APIs", "Dune"],
    same: "Dune",
    // 64 bits: text, as proto3 JSON has it.
    orderId: "1",
    states: ["ORDER_STATE_PLACED", "ORDER_STATE_PROCESSING", "ORDER_STATE_SHIPPED"],
  });
});

test("the client gets an error with its status", async () => {
  const { miss } = await import("../client.ts");
  const { status, error, message } = await miss(server.url);
  assert.deepEqual([status, error.code, message], [404, 5, "no book 999999"]);
});
