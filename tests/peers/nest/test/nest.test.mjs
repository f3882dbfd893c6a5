// NestJS over RabbitMQ: its client against the patterns that we serve, and our client against a stock service.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import "reflect-metadata";
import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, EventPattern, MessagePattern, Payload, RpcException, Transport } from "@nestjs/microservices";
import { firstValueFrom, timeout } from "rxjs";

const SECONDS = 30;
const url = process.env.AMQP_URL;
assert.ok(url, "AMQP_URL is not set; run scripts/test nest, or: eval of `scripts/rabbitmq start`");
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const peer = join(process.env.POLYWIRE_BIN_DIR ?? join(root, "target", "debug"), "foreign-peer");
const options = (queue) => ({ transport: Transport.RMQ, options: { urls: [url], queue, queueOptions: { durable: true } } });

/** Waits for a condition. */
async function until(tell, what) {
  for (let tries = 0; !tell(); tries++) {
    assert.ok(tries < SECONDS * 20, `no ${what()} within ${SECONDS} s`);
    await sleep(50);
  }
}

const ask = (client, pattern, data) => firstValueFrom(client.send(pattern, data).pipe(timeout(SECONDS * 1000)));

describe("a client of NestJS", () => {
  let server, client, output = "";

  before(async () => {
    server = spawn(peer, ["serve", url], { stdio: ["ignore", "pipe", "pipe"] });
    server.stdout.on("data", (data) => (output += data));
    server.stderr.on("data", (data) => (output += data));
    client = ClientProxyFactory.create(options("nest.ours"));
    await client.connect();
  });

  after(async () => {
    await client.close();
    const ended = new Promise((resolve) => server.once("exit", (code, signal) => resolve(code ?? signal)));
    server.kill("SIGTERM");
    assert.equal(await ended, 0, output);
  });

  test("gets an answer, whatever the form of the data", async () => {
    assert.equal(await ask(client, "sum", [1, 2, 39]), 42);
    assert.equal(await ask(client, "sum", { numbers: [4, 5] }), 9);
    assert.equal(await ask(client, { cmd: "greet" }, { first: "Ada", last: "Lovelace" }), "hello Ada Lovelace");
  });

  test("gets an error", async () => {
    await assert.rejects(ask(client, "fail", "no stock"), { code: 5, message: "no stock" });
    await assert.rejects(ask(client, { cmd: "greet" }, { first: "Ada" }), { code: 3 });
    await assert.rejects(ask(client, { cmd: "greet" }, {}), { code: 3 });
    await assert.rejects(ask(client, "nobody", 1), { code: 12 });
  });

  test("emits an event", async () => {
    await firstValueFrom(client.emit("order.created", { orderId: 7 }), { defaultValue: null });
    await until(() => output.includes("ran created 7"), () => `event in ${output}`);
  });
});

describe("our client", () => {
  let service;
  const created = [];

  class Shop {
    sum(numbers) {
      return numbers.reduce((all, one) => all + one, 0);
    }
    greet({ first, last }) {
      return `hello ${first} ${last}`;
    }
    fail(why) {
      throw new RpcException(why);
    }
    created(orderId) {
      created.push(orderId);
    }
  }
  for (const [name, mark] of [
    ["sum", MessagePattern("sum")],
    ["greet", MessagePattern({ cmd: "greet" })],
    ["fail", MessagePattern("fail")],
    ["created", EventPattern("order.created")],
  ]) {
    Payload()(Shop.prototype, name, 0);
    mark(Shop.prototype, name, Object.getOwnPropertyDescriptor(Shop.prototype, name));
  }
  Controller()(Shop);
  class App {}
  Module({ controllers: [Shop] })(App);

  before(async () => {
    service = await NestFactory.createMicroservice(App, { ...options("nest.node"), logger: ["error"] });
    await service.listen();
  });

  after(() => service.close());

  test("calls a stock service", async () => {
    const { stdout } = await promisify(execFile)(peer, ["nest", url], { timeout: 60_000 });
    const told = Object.fromEntries(stdout.trim().split("\n").map((line) => [line.split(" ")[0], line]));
    assert.equal(told.sum, "sum ok 42");
    assert.equal(told.greet, 'greet ok "hello Ada Lovelace"');
    assert.match(told.fail, /^fail unknown .*no stock/);
    assert.match(told.nobody, /^nobody unimplemented /);
    assert.equal(told.created, "created ok ()");
    await until(() => created.length > 0, () => "event");
    assert.deepEqual(created, [7]);
  });
});
