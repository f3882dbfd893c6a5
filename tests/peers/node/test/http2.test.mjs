// Node's own HTTP/2 client on a REST route: what is refused before it was read is answered, not only reset.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect } from "node:http2";
import { serve } from "../server.mjs";

let server;

before(async () => (server = await serve("contract-server")));

after(async () => {
  const { code, output } = await server.stop();
  assert.equal(code, 0, output);
});

/** Status and body of a POST; what the server no longer wants to read is not an error. */
function post(path, body, headers) {
  return new Promise((resolve, reject) => {
    const session = connect(server.url);
    session.on("error", reject);
    const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json", ...headers });
    let status,
      text = "";
    stream.setEncoding("utf8");
    stream.on("response", (answer) => (status = answer[":status"]));
    stream.on("data", (chunk) => (text += chunk));
    stream.on("error", reject);
    stream.on("end", () => {
      session.destroy();
      resolve({ status, body: JSON.parse(text) });
    });
    stream.end(body);
  });
}

for (const [name, headers] of Object.entries({ "of a stated length": { "content-length": "5000011" }, "of unknown length": {} })) {
  test(`too large a body ${name}`, async () => {
    const body = JSON.stringify({ text: "a".repeat(5_000_000) });
    const { status, body: answer } = await post("/contract.v1.ContractService/Echo", body, headers);
    assert.deepEqual([status, answer.code], [413, 8]);
  });
}
