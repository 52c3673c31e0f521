import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Room left of and right of a page. */
const MARGIN_PX = 24;

/** The width that a page may have in the frame; 0 until it is known. */
export function useWidth(frame: RefObject<HTMLElement | null>): ReadonlySignal<number> {
  const width = useSignal(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const resized = new ResizeObserver(() => (width.value = Math.max(0, element.clientWidth - MARGIN_PX)));
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  return width;
}

/** The number of the page in the middle of the frame. */
export function useCurrentPage(frame: RefObject<HTMLElement | null>, changes: unknown[]): ReadonlySignal<number> {
  const current = useSignal(1);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const look = () => {
      const middle = element.getBoundingClientRect().top + element.clientHeight / 3;
      const pages = [...element.querySelectorAll<HTMLElement>("[data-page]")];
      const passed = pages.filter((page) => page.getBoundingClientRect().top <= middle);
      current.value = Number(passed.at(-1)?.dataset["page"] ?? 1);
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, changes);
  return current;
}

/** Whether an element is in view, or nearly. */
export function useNear(element: RefObject<HTMLElement | null>): ReadonlySignal<boolean> {
  const near = useSignal(false);
  useEffect(() => {
    if (!element.current) return undefined;
    const seen = new IntersectionObserver(([entry]) => (near.value = entry?.isIntersecting ?? false), {
      rootMargin: "75% 0px",
    });
    seen.observe(element.current);
    return () => seen.disconnect();
  }, []);
  return near;
}
