import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import * as api from "../api/vision";
import { linkToView } from "../browser/route";
import { DropHere, useDrop } from "../controls/drop";
import { Back, Camera as Drawing, Eye, Image, Repeat, Turn } from "../controls/icons";
import { Notice } from "../controls/Notice";
import { SecureLink } from "../controls/SecureLink";
import { say } from "../language/language";
import { Boxes } from "./Boxes";
import { Looking } from "./looking";
import { frameOf, pictureOf, TAKEN_SIDE } from "./picture";
import { Results } from "./Results";
import { useCamera, useFrames } from "./stream";
import "./camera.css";

interface Props {
  documents: "off" | "none" | "some";
  /** Goes on in the chat with a picture; `grounded`: documents fit it. */
  ask(picture: File, question: string, grounded: boolean): void;
}

/** What the camera sees, or a picture shows: the text drawn on it, and what fits it beneath. */
export default function Camera({ documents, ask }: Props) {
  const words = say.value;
  const video = useRef<HTMLVideoElement>(null);
  const { stream, trouble, turn } = useCamera(video);
  const still = useStill();
  const continuous = useSignal(false);
  /** The picture that was looked at last. */
  const latest = useRef<File | null>(null);
  const kept = useRef(documents);
  kept.current = documents;
  const sees = useSignal(false);
  const looking = useMemo(() => new Looking(api, () => kept.current === "some", () => sees.value), []);
  useEffect(() => {
    void api.sees().then((able) => (sees.value = able), () => undefined);
    return () => looking.stop();
  }, []);
  const look = (picture: File) => {
    latest.current = picture;
    return looking.look(picture);
  };
  const show = async (file: File) => {
    const picture = await pictureOf(file);
    looking.clear();
    still.show(picture);
    await look(picture);
  };
  const shoot = async () => {
    const frame = video.current && (await frameOf(video.current, TAKEN_SIDE));
    if (frame) await show(frame);
  };
  const again = () => {
    still.drop();
    looking.clear();
  };
  const { over, zone } = useDrop(({ files }) => files[0] && void show(files[0]));
  useFrames(video, continuous.value && stream.value !== null && still.url === null, async (frame) => {
    await look(frame);
    return looking.failure.value === null;
  });
  const live = stream.value !== null && still.url === null;
  const seen = looking.seen.value;
  return (
    <main class="camera" aria-label={words.camera} {...zone}>
      <div class="column">
        <header class="head">
          <a class="icon" href={linkToView("chat")} title={words.backToChat} aria-label={words.backToChat}>
            <Back />
          </a>
          <h2>{words.camera}</h2>
        </header>
        <div class="finder">
          <div class="scene">
            <video ref={video} muted autoplay playsInline hidden={!live} aria-label={words.cameraView} />
            {still.url && <img src={still.url} alt={words.pictureTaken} />}
            {seen && (still.url || continuous.value) && <Boxes seen={seen} />}
            {!still.url && !stream.value && !trouble.value && <p class="quiet">{words.cameraStarting}</p>}
            {!still.url && trouble.value && <Drawing />}
            {live && turn.value && (
              <button type="button" class="icon turn" title={words.turnCamera} aria-label={words.turnCamera} onClick={turn.value}>
                <Turn />
              </button>
            )}
          </div>
          {trouble.value && (
            <Notice tone="calm" action={null}>
              {words.cameraTroubles[trouble.value]}
              {trouble.value === "insecure" && <SecureLink />}
            </Notice>
          )}
          <div class="deeds">
            <Picker capture={trouble.value !== null} main={trouble.value !== null} pick={(file) => void show(file)} />
            {still.url && stream.value && (
              <button type="button" class="main" onClick={again}>
                <Repeat />
                {words.pictureAgain}
              </button>
            )}
            {live && (
              <>
                <button type="button" class="shutter" title={words.shutter} aria-label={words.shutter} onClick={() => void shoot()} />
                <button
                  type="button"
                  class="plain"
                  title={words.continuousHint}
                  aria-pressed={continuous.value}
                  onClick={() => {
                    continuous.value = !continuous.value;
                    looking.clear();
                  }}
                >
                  <Eye />
                  {words.continuous}
                </button>
              </>
            )}
          </div>
        </div>
        <div class="results" aria-busy={looking.busy.value}>
          <p class={looking.busy.value && !seen ? "quiet" : "unseen"} role="status">
            {looking.busy.value ? !seen && words.readingPicture : seen && words.pictureRead(seen.lines.length, looking.found.value?.data.length ?? 0)}
          </p>
          {!seen && !looking.busy.value && !looking.failure.value && <p class="quiet">{words.cameraPurpose}</p>}
          <Results
            looking={looking}
            documents={documents}
            ask={(question) => latest.current && ask(latest.current, question, Boolean(looking.found.value?.data.length))}
          />
        </div>
      </div>
      {over && <DropHere title={words.dropPicture} />}
    </main>
  );
}

/** `capture`: whether a phone's own camera is offered too. */
function Picker({ capture, main, pick }: { capture: boolean; main: boolean; pick(file: File): void }) {
  const words = say.value;
  const phone = capture && window.matchMedia("(pointer: coarse)").matches;
  return (
    <>
      {phone && <PickButton title={words.shutter} capture="environment" main pick={pick} />}
      <PickButton title={words.choosePicture} main={main && !phone} pick={pick} />
    </>
  );
}

function PickButton({ title, capture, main, pick }: { title: string; capture?: "environment"; main: boolean; pick(file: File): void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={main ? "main" : "plain"} onClick={() => field.current?.click()}>
        {capture ? <Drawing /> : <Image />}
        {title}
      </button>
      <input
        ref={field}
        type="file"
        accept="image/*,.heic,.heif"
        capture={capture}
        hidden
        aria-label={title}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) pick(file);
          currentTarget.value = ""; // so that the same file can be picked again
        }}
      />
    </>
  );
}

/** A picture that stands still, until another is shown or it is dropped. */
function useStill() {
  const url = useSignal<string | null>(null);
  const drop = () => {
    if (url.peek()) URL.revokeObjectURL(url.peek() as string);
    url.value = null;
  };
  const show = (picture: File) => {
    drop();
    url.value = URL.createObjectURL(picture);
  };
  useEffect(() => drop, []);
  return { url: url.value, show, drop };
}
