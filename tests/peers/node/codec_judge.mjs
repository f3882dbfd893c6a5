// What protobuf-es makes of a message: the questions and answers of tests/codec/judge.py.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createFileRegistry, fromBinary, fromJsonString, toBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(process.argv[2])));

function answer({ message, hex, json, ignore }) {
  const schema = registry.getMessage(`codec.v1.${message}`);
  try {
    const read =
      hex === undefined
        ? fromJsonString(schema, json, { registry, ignoreUnknownFields: ignore ?? false })
        : fromBinary(schema, Buffer.from(hex, "hex"));
    const whole = toJson(schema, read, { registry, alwaysEmitImplicit: true });
    return { hex: Buffer.from(toBinary(schema, read)).toString("hex"), json: whole };
  } catch (error) {
    // Any refusal is an answer; a time out of range is refused when it is to be written.
    return { error: `${error.name}: ${error.message}` };
  }
}

// Half of a surrogate pair is no text for whoever reads the answer.
const sound = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)), sound)}\n`);
}
