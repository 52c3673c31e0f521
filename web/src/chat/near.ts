/** Which of many turns are near enough to be seen soon: only these are drawn. */
import { type Signal, signal } from "@preact/signals";

/** This far from what is seen, a turn is drawn: more than a flick of the finger scrolls. */
const MARGIN = "1200px 0px";
/** Units: pixels, for the first guess of a turn's height. */
const LINE = 27;
const LETTERS_IN_LINE = 70;
const REST = 120;

/** Watches the turns within a frame that scrolls. */
export class Nearness {
  private readonly known = new Map<string, Signal<boolean>>();
  private readonly heights = new Map<string, number>();
  private readonly ids = new WeakMap<Element, string>();
  private readonly observer: IntersectionObserver;

  constructor(frame: Element) {
    this.observer = new IntersectionObserver((entries) => this.seen(entries), { root: frame, rootMargin: MARGIN });
  }

  /** Whether a turn is near; at first, if `near` says so. */
  of(id: string, near: boolean): Signal<boolean> {
    const known = this.known.get(id) ?? signal(near);
    this.known.set(id, known);
    return known;
  }

  /** How high it was when it was last seen, or else how high a text so long may be. */
  heightOf(id: string, length: number): number {
    return this.heights.get(id) ?? REST + Math.ceil(length / LETTERS_IN_LINE) * LINE;
  }

  watch(id: string, element: Element): () => void {
    this.ids.set(element, id);
    this.observer.observe(element);
    return () => this.observer.unobserve(element);
  }

  close(): void {
    this.observer.disconnect();
  }

  private seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const id = this.ids.get(target);
      const near = id === undefined ? undefined : this.known.get(id);
      if (id === undefined || !near) continue;
      if (near.value && !isIntersecting) this.heights.set(id, boundingClientRect.height);
      near.value = isIntersecting;
    }
  }
}
