import { createContext } from "preact";
import type { Voice } from "./voice";

/** What reads answers out, for whoever shows one. */
export const VoiceContext = createContext<Voice | null>(null);
