import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { tab } from "../browser/kept";
import type { Conversation } from "./conversation";
import type { Stick } from "./stick";

/** Brings each conversation back to where it was read; one that is new here begins at its end. */
export function usePlace(conversation: Conversation, stick: Stick): void {
  const id = conversation.id.value;
  const there = conversation.turns.value.length > 0 && !conversation.loading.value;
  const shown = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (!id || !there || shown.current === id) return;
    const asked = shown.current === null && conversation.answering.peek();
    shown.current = id;
    const kept = asked ? null : placeOf(tab.read(`place.${id}`));
    if (kept === null) stick.toEnd();
    else restore(stick, kept);
  }, [id, there]);
  useEffect(() => {
    if (!id) shown.current = null;
    const frame = stick.frame.current;
    if (!id || !frame) return undefined;
    let timer: number | undefined;
    const keep = () => {
      timer = undefined;
      if (shown.current !== id) return;
      if (stick.atEnd.peek()) tab.drop(`place.${id}`);
      else tab.keep(`place.${id}`, JSON.stringify(place(frame)));
    };
    const scrolled = () => (timer ??= window.setTimeout(keep, 200));
    frame.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      window.clearTimeout(timer);
      frame.removeEventListener("scroll", scrolled);
    };
  }, [id]);
}

/** The turn at the top of the frame, and how far above it begins. */
type Place = readonly [turn: number, above: number];

function place(frame: HTMLElement): Place {
  const top = frame.getBoundingClientRect().top;
  const turns = [...frame.querySelectorAll(".turn")];
  const at = turns.findIndex((turn) => turn.getBoundingClientRect().bottom > top);
  return [at, top - (turns[at]?.getBoundingClientRect().top ?? top)];
}

function placeOf(kept: string | null): Place | null {
  try {
    const read = JSON.parse(kept ?? "null") as unknown;
    return Array.isArray(read) && read.length === 2 && read.every(Number.isFinite) ? [read[0], read[1]] : null;
  } catch {
    return null;
  }
}

/** Turns above get their real heights only as they come near: so it is done until it holds. */
function restore(stick: Stick, [turn, above]: Place, tries = 4): void {
  const frame = stick.frame.current;
  const element = frame?.querySelectorAll(".turn")[turn];
  if (!frame || !element) return;
  stick.atEnd.value = false;
  frame.scrollTop += element.getBoundingClientRect().top - frame.getBoundingClientRect().top + above;
  if (tries > 0) requestAnimationFrame(() => restore(stick, [turn, above], tries - 1));
}
