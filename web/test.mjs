/** Runs tests/: bundles them, because Node 20 reads no TypeScript, and hands them to Node's runner. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

// Not under node_modules: Node 24 looks for no tests there.
const out = await mkdtemp(path.join(tmpdir(), "page-tests-"));
try {
  await build({
    entryPoints: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    outdir: out,
    outExtension: { ".js": ".mjs" },
    loader: { ".css": "empty" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
  });
  const found = await readdir(out, { recursive: true });
  const tests = found.filter((name) => name.endsWith(".test.mjs")).map((name) => path.join(out, name));
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...tests], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(out, { recursive: true });
}
