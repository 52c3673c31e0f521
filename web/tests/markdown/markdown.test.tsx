import assert from "node:assert/strict";
import { test } from "node:test";
import { renderToString } from "preact-render-to-string";
import { Markdown } from "../../src/markdown/Markdown";

function drawn(source: string): string {
  return renderToString(<Markdown source={source} writing={false} />);
}

/** The drawing with all the text that reaches the reader taken out: only elements are left. */
function elements(source: string): string[] {
  return [...drawn(source).matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name ?? "");
}

test("HTML from the model is text, whatever it tries", () => {
  const attacks = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <svg/onload=alert(1)> text",
    "<iframe src='https://example.com'></iframe>",
    "<style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "| <img src=x onerror=alert(1)> |\n| - |\n| <script>1</script> |",
    "```html\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "# <form action=https://example.com><input></form>",
  ];
  for (const attack of attacks) {
    for (const name of ["script", "img", "iframe", "style", "form", "a"]) {
      assert.ok(!elements(attack).includes(name), `${name} from ${attack}`);
    }
    assert.doesNotMatch(drawn(attack), /<[^>]+\son\w+=/, attack);
  }
});

test("a link leads to the web or to mail, and nowhere else", () => {
  const addresses = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "&#106;avascript:alert(1)",
    "java&#10;script:alert(1)",
    "vbscript:x",
    "data:text/html,x",
    "file:///etc/passwd",
    "//example.com",
    "/v1/models",
  ];
  for (const address of addresses) {
    assert.doesNotMatch(drawn(`[x](${address}) ![y](${address})`), /href|src/, address);
  }
  assert.match(drawn("[x](https://example.com/?a=1&b=2)"), /href="https:\/\/example.com\/\?a=1&amp;b=2"/);
  assert.match(drawn("[x](mailto:a@example.com)"), /href="mailto:/);
});

test("a link opens elsewhere and tells nothing about this page", () => {
  assert.match(drawn("https://example.com"), /target="_blank" rel="noopener noreferrer"/);
});

test("a picture is a link, so that no other host is asked for it", () => {
  assert.ok(!elements("![a cat](https://example.com/cat.png)").includes("img"));
  assert.match(drawn("![a cat](https://example.com/cat.png)"), /href="https:\/\/example.com\/cat.png"/);
});

test("an address stops at Chinese punctuation", () => {
  assert.match(drawn("看 https://example.com/a。这里"), /href="https:\/\/example.com\/a"[^>]*>https:\/\/example.com\/a<\/a>。这里/);
});

test("Chinese is bold without spaces around it", () => {
  assert.match(drawn("**重点：**内容"), /<strong>重点：<\/strong>内容/);
  assert.match(drawn("这是**“引文”**吗"), /这是<strong>“引文”<\/strong>吗/);
  assert.match(drawn("**bold *and em* more**"), /<strong>bold <em>and em<\/em> more<\/strong>/);
  assert.doesNotMatch(drawn("2 ** 3 ** 4"), /strong/);
});

test("the forms that models use are drawn", () => {
  assert.match(drawn("# Title"), /<h3[^>]*>Title<\/h3>/);
  assert.match(drawn("3. a\n4. b"), /<ol start="3"><li[^>]*>a<\/li>/);
  assert.match(drawn("- [x] done"), /<li class="task"[^>]*><input type="checkbox" checked disabled aria-label="Done"\/>done/);
  assert.match(drawn("|a|\n|-:|\n|1|"), /<td class="right">1<\/td>/);
  assert.match(drawn("a<br>b"), /a<br\/>b/);
  assert.match(drawn("Tom &amp; Jerry &copy; &#20320;"), /Tom &amp; Jerry © 你/);
  assert.match(drawn("```python\nx = y\n```"), /python.*<code>x = y<\/code>/s);
});

test("headings begin below the page's own, whichever the model began with", () => {
  assert.deepEqual(elements("## A\n\n### B\n\n## C").slice(1), ["h3", "h4", "h3"]);
  assert.deepEqual(elements("# A\n\n> ###### B").slice(1), ["h3", "blockquote", "h6"]);
});

test("code that is still being written is already code", () => {
  assert.match(drawn("```python\nx = y"), /<code>x = y<\/code>/);
});

test("absurd nesting is shown as it was written instead of failing", () => {
  for (const source of [">".repeat(900) + "a", ">".repeat(20_000) + "a", "- ".repeat(500) + "a"]) {
    assert.ok(drawn(source).length < 30 * source.length);
  }
});
