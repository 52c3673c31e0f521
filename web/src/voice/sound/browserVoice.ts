/** The browser's own voices, for languages that the server does not say. */

const PATIENCE_MS = 1500; // some browsers tell their voices late
const LONGEST_MS = 60_000; // some forget to tell that a sentence ended

/** Those of a language that need no other machine: what is said must not leave this one. */
export async function voicesOf(language: string): Promise<readonly SpeechSynthesisVoice[]> {
  const spoken = await known();
  const wanted = spoken.filter(({ lang, localService }) => localService && primary(lang) === language);
  return wanted.sort((one, other) => rank(one) - rank(other));
}

/** Says a sentence to its end, or until the signal; false: nobody here speaks that language. */
export async function say(text: string, language: string, name: string, speed: number, signal: AbortSignal): Promise<boolean> {
  const voices = await voicesOf(language);
  const voice = voices.find(({ voiceURI }) => voiceURI === name) ?? voices[0];
  if (!voice) return false;
  if (signal.aborted) return true;
  await new Promise<void>((done) => {
    const sentence = new SpeechSynthesisUtterance(text);
    const timer = setTimeout(end, LONGEST_MS);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      done();
    }
    function stop(): void {
      speechSynthesis.cancel();
      end();
    }
    sentence.voice = voice;
    sentence.lang = voice.lang;
    sentence.rate = speed;
    sentence.onend = sentence.onerror = end;
    signal.addEventListener("abort", stop);
    speechSynthesis.speak(sentence);
  });
  return true;
}

async function known(): Promise<SpeechSynthesisVoice[]> {
  if (!("speechSynthesis" in window)) return [];
  const there = speechSynthesis.getVoices();
  if (there.length > 0) return there;
  await new Promise<void>((done) => {
    setTimeout(done, PATIENCE_MS);
    speechSynthesis.addEventListener("voiceschanged", () => done(), { once: true });
  });
  return speechSynthesis.getVoices();
}

/** The language of a tag; Mandarin goes by several. */
function primary(tag: string): string {
  const first = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return first === "cmn" ? "zh" : first;
}

/** What is spoken on the mainland first, and what the system itself prefers. */
function rank({ lang, default: isDefault }: SpeechSynthesisVoice): number {
  return (/^(?:zh[-_](?!CN|Hans)|yue)/i.test(lang) ? 2 : 0) + (isDefault ? 0 : 1);
}
