// The documents before their formats' own tools: redocly and spectral for OpenAPI, @asyncapi/parser for AsyncAPI. What two
// servers show, and what is committed of the snapshot cases. Not one finding is let pass.

import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Parser } from "@asyncapi/parser";
import { serve } from "../../node/server.mjs";
import { here, run } from "../run.mjs";

const snapshots = join(here, "..", "..", "snapshots");
/** Files of each kind. */
const documents = { openapi: [], asyncapi: [] };
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "polywire-documents-"));
  for (const program of ["bookstore", "contract-server"]) {
    const server = await serve(program);
    for (const kind of ["openapi", "asyncapi"]) {
      const answer = await fetch(`${server.url}/${kind}.json`);
      assert.equal(answer.status, 200, `${program}: /${kind}.json`);
      const file = join(folder, `${program}.${kind}.json`);
      await writeFile(file, await answer.text());
      documents[kind].push(file);
    }
    assert.equal((await server.stop()).code, 0);
  }
  for (const name of await readdir(snapshots, { recursive: true })) {
    if (name.endsWith(".json")) documents[name.includes("asyncapi") ? "asyncapi" : "openapi"].push(join(snapshots, name));
  }
  assert.ok(documents.openapi.length > 10 && documents.asyncapi.length > 10, "there are snapshots");
});

after(() => rm(folder, { recursive: true, force: true }));

test("redocly finds nothing in the OpenAPI documents", async () => {
  const { code, output } = await run("redocly", "lint", "--config=redocly.yaml", "--format=stylish", ...documents.openapi);
  assert.equal(code, 0, output);
  assert.equal(output.match(/validated in/g)?.length, documents.openapi.length, output);
  assert.doesNotMatch(output, /\bwarning|\berror/, output);
});

test("spectral finds nothing in the OpenAPI documents", async () => {
  const args = ["--ruleset=spectral.yaml", "--fail-severity=hint", "--format=stylish", ...documents.openapi];
  const { code, output } = await run("spectral", "lint", ...args);
  assert.equal(code, 0, output);
  assert.match(output, /No results with a severity of 'hint' or higher found!/);
});

test("the parser of AsyncAPI finds nothing in the AsyncAPI documents", async () => {
  const parser = new Parser();
  for (const file of documents.asyncapi) {
    const { document, diagnostics } = await parser.parse(await readFile(file, "utf8"));
    assert.deepEqual(diagnostics, [], file);
    assert.equal(document.version(), "3.1.0");
    assert.ok(document.operations().all().length > 0, `${file} has operations`);
  }
});
