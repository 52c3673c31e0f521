/**
 * PDF.js as the page uses it: its worker, and the files that it looks things up in.
 *
 * Of its fonts only the two of symbols are here, since every system has letters of its own; its
 * decoders are plain JavaScript, because the page's policy runs no WebAssembly.
 */
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const FONTS = ["FoxitSymbol.pfb", "FoxitDingbats.pfb"];
const DECODERS = /^(?:openjpeg|jbig2)_nowasm_fallback\.js$/;

/** Writes all of it into a folder; returns its addresses, to be defined in the page's program. */
export async function writePdfEngine(here, out, settings) {
  const source = path.join(here, "node_modules", "pdfjs-dist");
  const { version } = JSON.parse(await readFile(path.join(source, "package.json"), "utf8"));
  // The version in the name: what lies under assets/ never changes.
  const folder = `assets/pdfjs-${version}`;
  await copy(path.join(source, "cmaps"), path.join(out, folder, "cmaps"), (name) => name.endsWith(".bcmap"));
  await copy(path.join(source, "standard_fonts"), path.join(out, folder, "fonts"), (name) => FONTS.includes(name));
  await copy(path.join(source, "wasm"), path.join(out, folder, "decoders"), (name) => DECODERS.test(name));
  const { metafile } = await build({
    ...settings,
    entryPoints: { "pdf-worker": path.join(source, "legacy", "build", "pdf.worker.mjs") },
    outdir: out,
  });
  const [worker] = Object.keys(metafile.outputs);
  return {
    addresses: {
      PDF_WORKER: JSON.stringify(path.posix.relative("dist", worker)),
      PDF_FOLDER: JSON.stringify(`${folder}/`),
    },
    metafile,
  };
}

/** The licences of what is copied, which are not the package's own. */
export async function pdfLicences(here) {
  const source = path.join(here, "node_modules", "pdfjs-dist");
  const wasm = (await readdir(path.join(source, "wasm"))).filter((name) => /^LICENSE_.*(?:JBIG2|OPENJPEG)$/.test(name));
  const files = ["cmaps/LICENSE", "standard_fonts/LICENSE_FOXIT", ...wasm.map((name) => `wasm/${name}`)];
  return Promise.all(
    files.map(async (file) => `pdfjs-dist: ${file}\n\n${await readFile(path.join(source, file), "utf8")}`),
  );
}

async function copy(from, to, wanted) {
  await mkdir(to, { recursive: true });
  for (const name of (await readdir(from)).filter(wanted)) await cp(path.join(from, name), path.join(to, name));
}
