/**
 * What is not part of the page's own program: KaTeX's style and letters, the frame in which Mermaid
 * draws, what hears on the browser's thread for sound, and the worker that keeps the page in the browser.
 */
import path from "node:path";
import { build } from "esbuild";

/** Builds KaTeX's style sheet; of its letters only the form that every browser of today reads. */
export async function writeMathStyle(here, out, settings) {
  const onlyWoff2 = {
    name: "only-woff2",
    setup: (build) => build.onResolve({ filter: /\.(?:woff|ttf)$/ }, ({ path }) => ({ path, external: true })),
  };
  const { metafile } = await build({
    ...settings,
    entryPoints: { math: path.join(here, "node_modules", "katex", "dist", "katex.min.css") },
    outdir: out,
    assetNames: "assets/[name]-[hash]",
    loader: { ".woff2": "file" },
    plugins: [onlyWoff2],
  });
  const [style] = Object.keys(metafile.outputs).filter((file) => file.endsWith(".css"));
  return { address: path.posix.relative("dist", style), metafile };
}

/** Builds the program of the frame, each kind of diagram a part of its own. */
export async function writeDiagrams(here, out, settings) {
  const { metafile } = await build({
    ...settings,
    entryPoints: { diagram: path.join(here, "src", "diagram", "frame.ts") },
    outdir: out,
    splitting: true,
    chunkNames: "assets/diagram-[hash]",
  });
  const [script] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith("frame.ts"));
  return { address: path.posix.relative("dist", script), metafile };
}

/** Builds what runs on the browser's thread for sound; returns its address. */
export async function writeWorklet(here, out, settings) {
  const { metafile } = await build({
    ...settings,
    entryPoints: { hearing: path.join(here, "src", "voice", "sound", "worklet.ts") },
    outdir: out,
    format: "iife",
  });
  return path.posix.relative("dist", Object.keys(metafile.outputs)[0]);
}

/** Builds the page that unpaired devices get: in one piece each, for they get nothing else. */
export async function writeLanding(here, out, settings) {
  const { metafile } = await build({ ...settings, entryPoints: [path.join(here, "src", "pair", "pair.ts")], outdir: out });
  const [file, { cssBundle }] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint);
  return { script: path.posix.relative("dist", file), style: path.posix.relative("dist", cssBundle) };
}

/** Builds what keeps the page in the browser; `shell`: what it keeps at once. Its address never changes. */
export async function writeWorker(here, out, settings, shell) {
  await build({
    ...settings,
    entryNames: "[name]",
    entryPoints: { sw: path.join(here, "src", "offline", "worker.ts") },
    outdir: out,
    format: "iife",
    define: { SHELL: JSON.stringify(shell.map((address) => `/${address}`)) },
  });
}
