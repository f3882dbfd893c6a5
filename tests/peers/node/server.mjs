// Starts a server under test on a loopback port that it chooses, makes protobuf-es types from the .proto that it emits, and stops
// it by its own process handle. Owns no expectation.

import { spawn, execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const binaries = process.env.POLYWIRE_BIN_DIR ?? join(root, "target", "debug");

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Starts `program`; resolves once it accepts connections. */
export async function serve(program) {
  let output = "";
  const child = spawn(join(binaries, program), ["--listen", "127.0.0.1:0", "--amqp", "memory:"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  // A port that was free a moment ago may be another program's by now: the server takes one and says which.
  const said = () => output.match(/(?:^listening on |  http:\/\/)127\.0\.0\.1:(\d+)/m)?.[1];
  for (let tries = 0; !(said() && (await listens(said()))); tries++) {
    if (child.exitCode !== null || tries > 200) {
      child.kill("SIGKILL");
      throw new Error(`${program} does not listen:\n${output}`);
    }
    await sleep(100);
  }
  const port = said();
  return {
    url: `http://127.0.0.1:${port}`,
    /** SIGTERM; resolves with the exit code, or the signal that it died of. */
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 45_000);
      const code = await exit;
      clearTimeout(late);
      return { code, output };
    },
  };
}

/** The protobuf-es module made from `GET /<name>.proto` by protoc-gen-es. */
export async function stubs(server, name) {
  const answer = await fetch(`${server.url}/${name}.proto`);
  if (!answer.ok) throw new Error(`GET /${name}.proto: ${answer.status}`);
  // Inside node_modules, so that what is generated finds @bufbuild/protobuf.
  const folder = await mkdtemp(join(here, "node_modules", ".stubs-"));
  try {
    await writeFile(join(folder, "emitted.proto"), await answer.text());
    await promisify(execFile)(
      "protoc",
      [
        `--plugin=${join(here, "node_modules", ".bin", "protoc-gen-es")}`,
        `-I${folder}`,
        `--es_out=${folder}`,
        "--es_opt=target=js,import_extension=js",
        "emitted.proto",
      ],
      { timeout: 60_000 },
    );
    return await import(pathToFileURL(join(folder, "emitted_pb.js")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
