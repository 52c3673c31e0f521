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
import { writeDiagrams, writeLanding, writeMathStyle, writeWorker, writeWorklet } from "./parts.mjs";
import { pdfLicences, writePdfEngine } from "./pdf.mjs";

const HERE = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const SOURCE = path.join(HERE, "src");
const OUT = path.join(HERE, "dist");

const RESOLVING = "resolving";

const SETTINGS = {
  entryNames: "assets/[name]-[hash]",
  chunkNames: "assets/[name]-[hash]",
  bundle: true,
  format: "esm",
  target: ["es2022", "chrome107", "firefox110", "safari16"],
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  absWorkingDir: HERE,
};

/** Bundles the program; returns the addresses of its parts in dist/, and the packages in it. */
async function bundle() {
  const pdf = await writePdfEngine(HERE, OUT, SETTINGS);
  const math = await writeMathStyle(HERE, OUT, SETTINGS);
  const diagram = await writeDiagrams(HERE, OUT, SETTINGS);
  const worklet = await writeWorklet(HERE, OUT, SETTINGS);
  const landing = await writeLanding(HERE, OUT, SETTINGS);
  const { metafile } = await build({
    ...SETTINGS,
    entryPoints: ["main.tsx", "icon.svg", "icon-maskable.svg", "icon-touch.png"].map((name) => path.join(SOURCE, name)),
    outdir: OUT,
    loader: { ".svg": "copy", ".png": "copy" },
    define: { ...pdf.addresses, MATH_STYLE: JSON.stringify(math.address), HEARING_WORKLET: JSON.stringify(worklet) },
    splitting: true,
    plugins: [laterParts],
  });
  // By itself: each module that both share would be a file of its own, to be fetched before either begins.
  const { metafile: glance } = await build({
    ...SETTINGS,
    entryPoints: [path.join(SOURCE, "glance", "glance.ts")],
    outdir: OUT,
    define: { HEARING_WORKLET: JSON.stringify(worklet) },
    splitting: true,
  });
  const packages = [metafile, glance, pdf.metafile, math.metafile, diagram.metafile].flatMap(packagesIn);
  const start = startOf(metafile);
  // Else a browser learns of each part only when it has read the one that wants it.
  const preloads = start.map((address) => `<link rel="modulepreload" href="${address}" />`).join("\n    ");
  const others = { diagram: diagram.address, pair: landing.script, pairStyle: landing.style };
  const places = { ...addresses(metafile), ...addresses(glance), ...others, preloads };
  await writeWorker(HERE, OUT, SETTINGS, [...start, places.style, places.icon]);
  return { places, packages: [...new Set(packages)].sort() };
}

/**
 * Each part that is fetched later names the whole shell as needed, which is there by then.
 *
 * Else esbuild makes a file of each set of modules that the shell shares with some of those parts,
 * and the page begins with dozens of small ones.
 */
const laterParts = {
  name: "later-parts",
  setup({ onResolve, onLoad, resolve }) {
    const later = new Set();
    onResolve({ filter: /^\.{1,2}\// }, async ({ path: wanted, kind, importer, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || pluginData === RESOLVING || !importer.startsWith(SOURCE)) return undefined;
      const found = await resolve(wanted, { kind, importer, resolveDir, pluginData: RESOLVING });
      later.add(found.path);
      return undefined;
    });
    onLoad({ filter: /\.tsx?$/ }, async ({ path: file }) => {
      if (!later.has(file)) return undefined;
      const text = await readFile(file, "utf8");
      const shell = JSON.stringify(path.join(SOURCE, "shell", "App.tsx"));
      return { contents: `${text}\nimport ${shell};`, loader: file.endsWith("x") ? "tsx" : "ts" };
    });
  },
};

/** The packages that became part of the page. */
function packagesIn({ outputs }) {
  const used = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const names = used.map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return names.filter(Boolean);
}

/** Writes the licences of what became part of the page, which have to go with it. */
async function writeLicences(packages) {
  const texts = packages.map(async (name) => {
    const folder = path.join(HERE, "node_modules", name);
    const { version, license, author } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
    if (!license && !file) throw new Error(`${name} has no licence`);
    const head = `${name} ${version}${license ? ` (${license})` : ""}`;
    // A few packages name their licence, and have no file of it.
    if (!file) return `${head}\n\nCopyright ${author?.name ?? author ?? `the authors of ${name}`}`;
    return `${head}\n\n${await readFile(path.join(folder, file), "utf8")}`;
  });
  const all = [...(await Promise.all(texts)), ...(await pdfLicences(HERE))];
  await writeFile(path.join(OUT, "licences.txt"), all.join(`\n${"-".repeat(72)}\n\n`));
}

/** Where each part is that a page, or the manifest, names. */
function addresses({ outputs }) {
  const found = {};
  for (const [file, { entryPoint, cssBundle, inputs }] of Object.entries(outputs)) {
    const address = path.posix.relative("dist", file);
    if (entryPoint?.endsWith("/main.tsx")) found.script = address;
    if (entryPoint?.endsWith("/main.tsx")) found.style = path.posix.relative("dist", cssBundle);
    if (entryPoint?.endsWith("/glance.ts")) found.glance = address;
    if (entryPoint?.endsWith("/glance.ts")) found.glanceStyle = path.posix.relative("dist", cssBundle);
    if ("src/icon.svg" in inputs) found.icon = address;
    if ("src/icon-maskable.svg" in inputs) found.maskable = address;
    if ("src/icon-touch.png" in inputs) found.touch = address;
  }
  return found;
}

/** The program that the page begins with: its script, and all that this cannot do without. */
function startOf({ outputs }) {
  const [first] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith("/main.tsx"));
  const needed = new Set([first]);
  for (const file of needed) {
    for (const { path: other, kind } of outputs[file]?.imports ?? []) if (kind === "import-statement") needed.add(other);
  }
  return [...needed].map((file) => path.posix.relative("dist", file));
}

/** Writes a text file of src/ with the addresses that it names in braces. */
async function fill(name, places) {
  const text = await readFile(path.join(SOURCE, name), "utf8");
  const filled = text.replace(/\{(\w+)\}/g, (_, place) => places[place]);
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
const { places, packages } = await bundle();
await fill("index.html", places);
await fill("diagram.html", places);
await fill("glance.html", places);
await fill("pair.html", places);
await fill("manifest.webmanifest", places);
await writeLicences(packages);
for (const entry of await readdir(OUT, { recursive: true, withFileTypes: true })) {
  // PDF.js's tables and fonts are packed already.
  if (entry.isFile() && !/\.(?:bcmap|pfb)$/.test(entry.name)) await compress(path.join(entry.parentPath ?? entry.path, entry.name));
}
