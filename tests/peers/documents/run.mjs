// Runs the programs of this folder's packages, bounded in time.

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));

/** The exit code of `node_modules/.bin/<program>`, and what it said. */
export function run(program, ...args) {
  return new Promise((resolve) => {
    const options = { cwd: here, timeout: 100_000, maxBuffer: 1 << 26 };
    execFile(join(here, "node_modules", ".bin", program), args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, output: stdout + stderr, stdout });
    });
  });
}
