import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

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

/** Where one reads: a page, and how much of it is above the frame's upper edge. */
interface Spot {
  page: number;
  above: number;
}

/** The number of the page that one reads; pages that get another width keep it where it is. */
export function useCurrentPage(frame: RefObject<HTMLElement | null>, width: number): ReadonlySignal<number> {
  const current = useSignal(1);
  const spot = useRef<Spot | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const look = () => {
      spot.current = spotIn(element);
      current.value = spot.current?.page ?? 1;
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    if (frame.current && spot.current) returnTo(frame.current, spot.current);
  }, [width]);
  return current;
}

function spotIn(frame: HTMLElement): Spot | null {
  const { top, height } = frame.getBoundingClientRect();
  const pages = [...frame.querySelectorAll<HTMLElement>("[data-page]")];
  const page = pages.filter((each) => each.getBoundingClientRect().top <= top + height / 3).at(-1);
  if (!page) return null;
  const box = page.getBoundingClientRect();
  return { page: Number(page.dataset["page"]), above: (top - box.top) / Math.max(box.height, 1) };
}

function returnTo(frame: HTMLElement, { page, above }: Spot): void {
  const box = frame.querySelector(`[data-page="${page}"]`)?.getBoundingClientRect();
  if (box) frame.scrollTop += box.top + above * box.height - frame.getBoundingClientRect().top;
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
