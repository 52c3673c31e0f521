/** How answers are chosen: personas, and sampling with its presets. Pure. */
import type { Manner } from "../api/conversations";
import type { Messages } from "../language/en";

export interface Persona {
  id: string;
  name: string;
  prompt: string;
}

export type Preset = "usual" | "exact" | "balanced" | "creative" | "own";

/** What can be set by hand; what is left out is as the model is used to. */
export interface Sampling {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  repeat_penalty?: number;
  max_tokens?: number;
  seed?: number;
}

export interface Chosen {
  persona: string;
  /** The person's own. */
  personas: readonly Persona[];
  preset: Preset;
  sampling: Sampling;
}

export const PRESETS: Readonly<Record<Exclude<Preset, "own">, Sampling>> = {
  usual: {},
  exact: { temperature: 0.1, top_p: 0.9 },
  balanced: { temperature: 0.7, top_p: 0.9 },
  creative: { temperature: 1, top_p: 0.97, min_p: 0.03 },
};

export const NOTHING_CHOSEN: Chosen = { persona: "plain", personas: [], preset: "usual", sampling: {} };

/** What was kept for a person; whatever cannot be read is as it is at first. */
export function chosenIn(settings: Readonly<Record<string, unknown>>): Chosen {
  const kept = settings["manner"] as Partial<Chosen> | undefined;
  if (typeof kept !== "object" || kept === null) return NOTHING_CHOSEN;
  return {
    persona: typeof kept.persona === "string" ? kept.persona : NOTHING_CHOSEN.persona,
    personas: Array.isArray(kept.personas) ? kept.personas.filter((each) => typeof each?.prompt === "string") : [],
    preset: kept.preset === "own" || (kept.preset && kept.preset in PRESETS) ? kept.preset : "usual",
    sampling: typeof kept.sampling === "object" && kept.sampling ? kept.sampling : {},
  };
}

/** The personas that are there for everyone, in the page's language. */
export function builtIn(words: Messages): readonly Persona[] {
  return [
    { id: "plain", name: words.personaPlain, prompt: "" },
    { id: "coder", name: words.personaCoder, prompt: words.personaCoderPrompt },
    { id: "tutor", name: words.personaTutor, prompt: words.personaTutorPrompt },
    { id: "editor", name: words.personaEditor, prompt: words.personaEditorPrompt },
    { id: "translator", name: words.personaTranslator, prompt: words.personaTranslatorPrompt },
  ];
}

/** What goes to the server with each question. */
export function mannerOf(chosen: Chosen, words: Messages): Manner {
  const all = [...builtIn(words), ...chosen.personas];
  const system = all.find(({ id }) => id === chosen.persona)?.prompt ?? "";
  const sampling = chosen.preset === "own" ? chosen.sampling : PRESETS[chosen.preset];
  return { system, options: { ...sampling } };
}
