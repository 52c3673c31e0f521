import { type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import * as device from "./device";
import { differs, frameOf, PASSING_SIDE, printOf } from "./picture";

const LOOK_EVERY_MS = 300;
const AFTER_TROUBLE_MS = 2000;

export interface Camera {
  stream: ReadonlySignal<MediaStream | null>;
  trouble: ReadonlySignal<device.Trouble | null>;
  /** Shows what another camera sees; null where there is but one. */
  turn: ReadonlySignal<(() => void) | null>;
}

/** What the camera sees, in `video`, as long as the page can be seen. */
export function useCamera(video: RefObject<HTMLVideoElement | null>): Camera {
  const stream = useSignal<MediaStream | null>(null);
  const trouble = useSignal<device.Trouble | null>(null);
  const facing = useSignal<device.Facing>("environment");
  const several = useSignal(false);
  const seen = useVisible();
  const turn = useComputed(() =>
    several.value ? () => void (facing.value = facing.value === "user" ? "environment" : "user") : null,
  );
  useEffect(() => {
    if (!seen.value) return undefined;
    let wanted = true;
    device.open(facing.value).then(
      async (opened) => {
        if (!wanted) return device.close(opened);
        stream.value = opened;
        trouble.value = null;
        several.value = (await device.count()) > 1;
      },
      (error) => wanted && (trouble.value = error instanceof device.NoCamera ? error.trouble : "busy"),
    );
    return () => {
      wanted = false;
      if (stream.value) device.close(stream.value);
      stream.value = null;
    };
  }, [facing.value, seen.value]);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream.value;
  }, [stream.value]);
  return { stream, trouble, turn };
}

/** Takes a frame whenever the camera sees something else, and the last one was dealt with. */
export function useFrames(
  video: RefObject<HTMLVideoElement | null>,
  wanted: boolean,
  deal: (frame: File) => Promise<boolean>,
): void {
  useEffect(() => {
    if (!wanted) return undefined;
    const left = new AbortController();
    void follow(video, deal, left.signal);
    return () => left.abort();
  }, [wanted]);
}

async function follow(video: RefObject<HTMLVideoElement | null>, deal: (frame: File) => Promise<boolean>, left: AbortSignal): Promise<void> {
  let last: Uint8Array | null = null;
  while (!left.aborted) {
    const print = video.current && printOf(video.current);
    let well = true;
    if (video.current && print && (!last || differs(last, print))) {
      const frame = await frameOf(video.current, PASSING_SIDE);
      if (left.aborted) return;
      well = !frame || (await deal(frame));
      last = well ? print : null;
    }
    await new Promise((done) => setTimeout(done, well ? LOOK_EVERY_MS : AFTER_TROUBLE_MS));
  }
}

function useVisible(): Signal<boolean> {
  const visible = useSignal(document.visibilityState === "visible");
  useEffect(() => {
    const changed = () => (visible.value = document.visibilityState === "visible");
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, []);
  return visible;
}
