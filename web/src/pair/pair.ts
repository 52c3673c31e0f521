/** What a device sees before it is paired: a code to enter, and a certificate to trust. */
import { type Language, first, speak } from "../language/choice";
import "../theme.css";
import "./pair.css";
import { guessed, steps } from "./systems";
import { WORDS } from "./words";

const CERTIFICATE = "/assistant-ca.crt";

let language: Language = first();
let paired = false;
let certificate = true;

/** What a scan brought. It is not to stay in the list of visited addresses. */
const scanned = location.hash.slice(1);
if (scanned) history.replaceState(null, "", location.pathname);

void begin();

async function begin(): Promise<void> {
  show();
  certificate = (await fetch(CERTIFICATE, { method: "HEAD" }).catch(() => null))?.ok ?? false;
  const known = await fetch("/v1/devices").catch(() => null);
  paired = known?.ok ?? false;
  show();
  if (scanned && !paired) await redeem(scanned, guessed(navigator.userAgent).name);
}

async function redeem(code: string, name: string): Promise<void> {
  const body = JSON.stringify({ code, name });
  const headers = { "Content-Type": "application/json", "Accept-Language": WORDS[language].tag };
  const response = await fetch("/v1/pairing", { method: "POST", headers, body }).catch(() => null);
  if (response?.ok) {
    paired = true;
    show();
    document.querySelector<HTMLElement>(".open")?.focus();
    return;
  }
  const told = (await response?.json().catch(() => null)) as { error?: { message?: string } } | null;
  complain(told?.error?.message ?? WORDS[language].gone);
}

function complain(message: string): void {
  const alert = document.querySelector("[role=alert]");
  if (alert) alert.textContent = message;
  document.querySelector<HTMLInputElement>("#code")?.select();
}

/** Draws the whole page; it is small. */
function show(): void {
  const words = WORDS[language];
  document.documentElement.lang = words.tag;
  document.title = words.title;
  const page = document.querySelector("#page");
  page?.replaceChildren(head(), paired ? done() : form(), ...(certificate || isSecure() ? [secure()] : []));
}

function head(): HTMLElement {
  const words = WORDS[language];
  const other: Language = language === "en" ? "zh" : "en";
  const change = element("button", { type: "button", lang: WORDS[other].tag }, WORDS[other].own);
  change.addEventListener("click", () => {
    speak((language = other));
    show();
  });
  return element("header", {}, element("h1", {}, words.title), change);
}

function done(): HTMLElement {
  const words = WORDS[language];
  const open = element("a", { class: "open main", href: "/" }, words.open);
  return element("section", { role: "status" }, element("p", {}, words.paired), open);
}

function form(): HTMLElement {
  const words = WORDS[language];
  const code = element("input", { id: "code", name: "code", required: "", autocomplete: "one-time-code", "aria-describedby": "hint" });
  const name = element("input", { id: "name", name: "name", maxlength: "80", autocomplete: "off" });
  name.value = guessed(navigator.userAgent).name;
  const made = element(
    "form",
    {},
    element("h2", {}, words.pair),
    element("p", { id: "hint", class: "quiet" }, words.pairHint),
    element("label", {}, words.code, code),
    element("label", {}, words.name, name),
    element("button", { type: "submit", class: "main" }, words.letIn),
    element("p", { role: "alert", class: "trouble" }),
  );
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    void redeem(code.value, name.value);
  });
  return made;
}

function secure(): HTMLElement {
  const words = WORDS[language];
  if (isSecure()) return element("section", {}, element("h2", {}, words.secure), element("p", { class: "quiet" }, words.isSecure));
  const here = guessed(navigator.userAgent).system;
  const lists = Object.entries(steps[language]).map(([system, { title, todo }]) => {
    const items = todo.map((each) => element("li", {}, each));
    return element("details", { ...(system === here ? { open: "" } : {}) }, element("summary", {}, title), element("ol", {}, ...items));
  });
  return element(
    "section",
    {},
    element("h2", {}, words.secure),
    element("p", { class: "quiet" }, words.secureHint),
    element("a", { class: "plain", href: CERTIFICATE, download: "assistant-ca.crt" }, words.certificate),
    ...lists,
    element("p", { class: "quiet" }, words.compare),
    element("a", { class: "plain secure", href: `https://${location.host}/pair` }, words.openSecure),
  );
}

function isSecure(): boolean {
  return location.protocol === "https:";
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}
