/**
 * Builds the page: src/ in, dist/ out.
 *
 * dist/assets/ holds what never changes under its name (a hash is part of it). Beside each file
 * stand NAME.br and NAME.gz, where they are smaller, so that the server only hands them out.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const SOURCE = path.join(HERE, "src");
const OUT = path.join(HERE, "dist");

/** Bundles the program; returns the address of each entry in dist/, by its source's name. */
async function bundle() {
  const { metafile } = await build({
    entryPoints: [path.join(SOURCE, "main.tsx"), path.join(SOURCE, "icon.svg")],
    outdir: OUT,
    entryNames: "assets/[name]-[hash]",
    chunkNames: "assets/[name]-[hash]",
    loader: { ".svg": "copy" },
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome107", "firefox110", "safari16"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    absWorkingDir: HERE,
  });
  return addresses(metafile);
}

function addresses({ outputs }) {
  const found = {};
  for (const [file, { entryPoint, cssBundle }] of Object.entries(outputs)) {
    const address = path.posix.relative("dist", file);
    if (file.endsWith(".svg")) found.icon = address;
    if (entryPoint?.endsWith("main.tsx")) {
      found.script = address;
      found.style = path.posix.relative("dist", cssBundle);
    }
  }
  return found;
}

/** Writes a text file of src/ with the addresses that it names in braces. */
async function fill(name, places) {
  const text = await readFile(path.join(SOURCE, name), "utf8");
  const filled = text.replace(/\{(icon|script|style)\}/g, (_, place) => places[place]);
  await writeFile(path.join(OUT, name), filled);
}

async function compress(file) {
  const data = await readFile(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: data.length };
  const packed = { br: brotliCompressSync(data, { params }), gz: gzipSync(data, { level: 9 }) };
  for (const [ending, bytes] of Object.entries(packed)) {
    if (bytes.length < data.length) await writeFile(`${file}.${ending}`, bytes);
  }
  const name = path.relative(OUT, file).padEnd(44);
  console.log(`${name} ${kib(data)} ${kib(packed.br)} br ${kib(packed.gz)} gz`);
}

function kib(bytes) {
  return `${(bytes.length / 1024).toFixed(1)} KiB`.padStart(11);
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const places = await bundle();
await fill("index.html", places);
await fill("manifest.webmanifest", places);
for (const entry of await readdir(OUT, { recursive: true, withFileTypes: true })) {
  if (entry.isFile()) await compress(path.join(entry.parentPath ?? entry.path, entry.name));
}
