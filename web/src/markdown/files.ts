/** What a file of each language is called; others are plain text. */
const ENDINGS: Readonly<Record<string, string>> = {
  bash: "sh",
  shell: "sh",
  zsh: "sh",
  csharp: "cs",
  javascript: "js",
  typescript: "ts",
  kotlin: "kt",
  markdown: "md",
  perl: "pl",
  powershell: "ps1",
  python: "py",
  python3: "py",
  ruby: "rb",
  rust: "rs",
  "c++": "cpp",
};
const OWN = new Set(
  "c cc cpp cs css csv dart diff go h hpp html ini java js json jsx kt lua md mjs php pl ps1 py r rb rs scala scss sh sql svg swift toml ts tsx vue xml yaml yml".split(" "),
);

/** A name for code of a language, in small letters. */
export function fileName(language: string): string {
  if (language === "dockerfile" || language === "makefile") return language[0]?.toUpperCase() + language.slice(1);
  return `code.${ENDINGS[language] ?? (OWN.has(language) ? language : "txt")}`;
}
