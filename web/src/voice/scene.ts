/** Where a spoken conversation stands. Pure. */
import type { WireHeard, WireSpoken } from "../api/voice";
import { hasWords } from "./heard";

/** hearing: someone speaks. thinking: they are about to be answered. answering: in text or sound. */
export type Phase = "opening" | "listening" | "hearing" | "thinking" | "answering";

export interface Scene {
  phase: Phase;
  /** What is being said, or was said last. */
  heard: string;
  answer: string;
}

export const OPENING: Scene = { phase: "opening", heard: "", answer: "" };
export const LISTENING: Scene = { phase: "listening", heard: "", answer: "" };

/** `sounding`: whether something is still being said. */
export function after(scene: Scene, event: WireHeard | WireSpoken, sounding: boolean): Scene {
  switch (event.type) {
    case "speech":
      return sounding || scene.phase === "answering" ? scene : { ...scene, phase: "hearing" };
    case "partial":
      return hasWords(event.text ?? "") ? { ...scene, phase: "hearing", heard: event.text ?? "" } : scene;
    case "final":
      if (hasWords(event.text ?? "")) return { phase: "thinking", heard: event.text ?? "", answer: "" };
      return scene.phase === "hearing" ? { ...scene, phase: "listening" } : scene;
    case "text":
      return { ...scene, phase: "answering", answer: scene.answer + event.delta };
    case "audio":
    case "unspoken":
      return { ...scene, phase: "answering" };
    case "interrupted":
      return scene.phase === "hearing" || scene.phase === "thinking" ? scene : { ...scene, phase: "listening" };
    case "done":
      return sounding || scene.phase === "hearing" ? scene : { ...scene, phase: "listening" };
    case "error":
      return { ...scene, phase: "listening" };
    default:
      return scene;
  }
}

/** When the last sentence was said. */
export function silent(scene: Scene, answered: boolean): Scene {
  return answered && scene.phase === "answering" ? { ...scene, phase: "listening" } : scene;
}
