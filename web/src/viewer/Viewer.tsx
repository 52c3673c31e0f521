import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../api/documents";
import { type Failure, failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import type { WireDocument, WireText } from "../api/wire";
import { close, type Place } from "../browser/route";
import { Notice } from "../controls/Notice";
import { Close, Download } from "../controls/icons";
import { DownloadLink } from "../documents/DownloadLink";
import { say } from "../language/language";
import { later } from "../shell/later";
import { Picture } from "./Picture";
import { TextPages } from "./TextPages";

const Pdf = later(() => import("./pdf/Pdf"));

interface Props {
  place: Place;
  /** Whether it stands beside the rest of the page; else it covers it. */
  beside: boolean;
}

/** A document that is open, at its passage: a PDF as it looks, all else as its text. */
export default function Viewer({ place, beside }: Props) {
  const words = say.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const opened = useOpened(place.document);
  useFocus(heading, place);
  return (
    <div
      class="viewer"
      role={beside ? "complementary" : "dialog"}
      aria-modal={beside ? undefined : true}
      aria-label={words.viewer}
      onKeyDown={closeOnEscape}
    >
      <div class="top">
        <h2 ref={heading} tabIndex={-1} dir="auto" title={opened?.document?.name}>
          {opened?.document?.name ?? words.opening}
        </h2>
        {opened?.document && (
          <DownloadLink id={place.document} name={opened.document.name} class="icon" title={words.download}>
            <Download />
          </DownloadLink>
        )}
        <button type="button" class="icon" title={words.closeViewer} aria-label={words.closeViewer} onClick={close}>
          <Close />
        </button>
      </div>
      {opened?.failure && (
        <Notice tone="trouble" action={null}>
          {opened.failure.status === 404 ? words.documentGone : failureText(opened.failure, words)}
        </Notice>
      )}
      {opened?.document && <Body document={opened.document} text={opened.text} place={place} />}
    </div>
  );
}

// Not further up, where Escape stops the answer.
function closeOnEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  close();
}

function Body({ document, text, place }: { document: WireDocument; text: WireText; place: Place }) {
  if (document.format === "pdf") return <Pdf document={document} text={text} place={place} />;
  return (
    <TextPages format={document.format} text={text} place={place}>
      {document.format === "image" && <Picture document={document} />}
    </TextPages>
  );
}

type Opened =
  | { document: WireDocument; text: WireText; failure?: undefined }
  | { document?: undefined; failure: Failure };

/** What is known of a document; null while it is fetched. */
function useOpened(id: string): Opened | null {
  const opened = useSignal<Opened | null>(null);
  useEffect(() => {
    let wanted = true;
    opened.value = null;
    Promise.all([api.one(id), api.text(id)]).then(
      ([document, text]) => wanted && (opened.value = { document, text }),
      (error) => wanted && (opened.value = { failure: failureOf(error) }),
    );
    return () => void (wanted = false);
  }, [id]);
  return opened.value;
}

/** The focus goes to what was opened, and back to where it was once that is closed. */
function useFocus(heading: { current: HTMLElement | null }, place: Place): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [place]);
}
