/** Runs tests/: bundles them, because Node 20 reads no TypeScript, and hands them to Node's runner. */
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const OUT = "node_modules/.tests";

await rm(OUT, { recursive: true, force: true });
await build({
  entryPoints: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  loader: { ".css": "empty" },
  bundle: true,
  platform: "node",
  format: "esm",
  sourcemap: "inline",
});
const found = await readdir(OUT, { recursive: true });
const tests = found.filter((name) => name.endsWith(".test.mjs")).map((name) => path.join(OUT, name));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...tests], {
  stdio: "inherit",
});
process.exit(status ?? 1);
