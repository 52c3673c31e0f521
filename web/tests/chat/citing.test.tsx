import assert from "node:assert/strict";
import { test } from "node:test";
import { renderToString } from "preact-render-to-string";
import type { WireCitation } from "../../src/api/wire";
import { referencesOf } from "../../src/chat/citing";
import { en } from "../../src/language/en";
import { Markdown } from "../../src/markdown/Markdown";

function cited(answer: string, sentence: string, passage = 0): WireCitation {
  // The server counts characters, not UTF-16 units.
  const start = [...answer.slice(0, answer.indexOf(sentence))].length;
  const end = start + [...sentence].length;
  const source = { document: "doc-1", name: "zoo.pdf", page: 3, source_start: 40, source_end: 60 };
  return { start, end, passage, ...source };
}

function drawn(answer: string, ...citations: WireCitation[]): string {
  const references = referencesOf(answer, citations, en);
  return renderToString(<Markdown source={answer} writing={false} references={references} />);
}

/** What one reads: numbers of references in brackets, everything else as its text. */
function read(answer: string, ...citations: WireCitation[]): string {
  const html = drawn(answer, ...citations);
  return html.replace(/<sup class="reference"><a [^>]*>(\d+)<\/a><\/sup>/g, "[$1]").replace(/<[^>]+>/g, "");
}

test("a citation is a number at the end of its sentence that leads to its place", () => {
  const answer = "Zebras eat grass. They run fast.";
  assert.equal(read(answer, cited(answer, "Zebras eat grass.")), "Zebras eat grass.[1] They run fast.");
  const html = drawn(answer, cited(answer, "Zebras eat grass."));
  assert.match(html, /href="#chat\?document=doc-1&amp;page=3&amp;from=40&amp;to=60"/);
  assert.match(html, /aria-label="Source 1: zoo.pdf, p. 3"/);
});

test("characters are counted as the server counts them", () => {
  const answer = "🦓🦓 Zebras 👨‍👩‍👧 eat. They run.";
  assert.match(read(answer, cited(answer, "🦓🦓 Zebras 👨‍👩‍👧 eat.")), /eat\.\[1\] They/);
});

test("bold stays bold before a number, in Chinese too", () => {
  const answer = "**月租金为6800元。**\n\n- **Rent is due monthly.**\n- *Pets are fine.*";
  const html = drawn(
    answer,
    cited(answer, "**月租金为6800元。**"),
    cited(answer, "**Rent is due monthly.**", 1),
    cited(answer, "*Pets are fine.*", 2),
  );
  assert.match(html, /<strong>月租金为6800元。<\/strong><sup/);
  assert.match(html, /<strong>Rent is due monthly\.<\/strong><sup/);
  assert.match(html, /<em>Pets are fine\.<\/em><sup/);
});

test("a number in a table stays in its cell", () => {
  const answer = "| a | b |\n| - | - |\n| one | two |\n";
  assert.match(drawn(answer, cited(answer, "| one | two |")), /<td>two<sup class="reference">.*<\/sup><\/td>/);
});

test("what is cited in code is told above it, and the code can be copied as it is", () => {
  const answer = "```python\nx = 1\n```\n\nAnd `y = 2` too.";
  const html = drawn(answer, cited(answer, "```python\nx = 1\n```"), cited(answer, "And `y", 1));
  assert.match(html, /<code>x = 1<\/code>/);
  assert.match(html, /<span>python<sup/);
  assert.match(html, /<code>y = 2<\/code><sup/);
});

test("headings, lists, links and rules keep their meaning", () => {
  const answer = "# Title\n\n1. First thing.\n2. See https://example.com/a\n\nEnd\n---\n\nLast.";
  const all = ["# Title", "1. First thing.", "2. See https://example.com/a", "End\n---", "Last."];
  const html = drawn(answer, ...all.map((sentence, passage) => cited(answer, sentence, passage)));
  assert.match(html, /<h3 dir="auto">Title<sup/);
  assert.match(html, /<li dir="auto">First thing\.<sup/);
  assert.match(html, /href="https:\/\/example\.com\/a"[^>]*>https:\/\/example\.com\/a<\/a><sup/);
  assert.match(html, /<h4 dir="auto">End<sup/);
  assert.equal([...html.matchAll(/<sup/g)].length, 5);
});

test("two passages make two numbers, the same passage one", () => {
  const answer = "Zebras eat grass.";
  const all = [cited(answer, answer), cited(answer, answer), cited(answer, answer, 1)];
  assert.equal(read(answer, ...all), "Zebras eat grass.[1][2]");
});

test("a model cannot write numbers that lead anywhere", () => {
  const forged = "Trust me⸨\ue0000\ue001⸩.";
  assert.doesNotMatch(drawn(forged, cited("Trust me", "Trust")).replace(/Trust<sup.*?<\/sup>/, ""), /<sup/);
});

test("a citation beyond what is shown so far waits at the end", () => {
  assert.equal(read("Zebras", cited("Zebras eat grass.", "Zebras eat grass.")), "Zebras[1]");
});
