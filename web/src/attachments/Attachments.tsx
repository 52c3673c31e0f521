import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/conversations";
import type { WireAttachment } from "../api/wire";
import { linkTo } from "../browser/route";
import { Close, Sheet } from "../controls/icons";
import { say } from "../language/language";
import { drop, type Picked, picked } from "./picked";
import "./attachments.css";

/** What went with a message. */
export function Attachments({ attachments, conversation }: { attachments: readonly WireAttachment[]; conversation: string | null }) {
  return (
    <ul class="attachments">
      {attachments.map((each, index) => (
        <li key={index}>
          {each.kind === "picture" ? <Kept attachment={each} conversation={conversation} /> : <Named attachment={each} />}
        </li>
      ))}
    </ul>
  );
}

function Named({ attachment: { kind, name, id, text } }: { attachment: WireAttachment }) {
  if (kind === "document" && id) {
    return (
      <a class="file" href={linkTo({ document: id, page: null, passage: null })}>
        <Sheet />
        <span dir="auto">{name}</span>
      </a>
    );
  }
  return (
    <details class="file">
      <summary>
        <Sheet />
        <span dir="auto">{name}</span>
      </summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}

/** A picture that is on the server, or still in this page. */
function Kept({ attachment: { id, url, name }, conversation }: { attachment: WireAttachment; conversation: string | null }) {
  const source = useSignal(url ?? "");
  useEffect(() => {
    if (url || !id || !conversation) return undefined;
    let made = "";
    let gone = false;
    void api.picture(conversation, id).then(
      (blob) => {
        if (gone) return;
        made = URL.createObjectURL(blob);
        source.value = made;
      },
      () => undefined,
    );
    return () => {
      gone = true;
      URL.revokeObjectURL(made);
    };
  }, [id, url, conversation]);
  return source.value ? <img src={source.value} alt={name} /> : <span class="file">{name}</span>;
}

/** What was picked for the next message. */
export function PickedList() {
  if (picked.value.length === 0) return null;
  return (
    <ul class="attachments picked">
      {picked.value.map((each) => (
        <Pick key={each.key} picked={each} />
      ))}
    </ul>
  );
}

function Pick({ picked: { key, name, busy, problem, preview } }: { picked: Picked }) {
  const words = say.value;
  return (
    <li class={problem ? "trouble" : undefined}>
      <span class="file">
        {preview ? <img src={preview} alt="" /> : <Sheet />}
        <span dir="auto">
          {name}
          {(busy || problem) && <small role={problem ? "alert" : "status"}>{problem ? words.attachmentProblems[problem] : words.jobReading}</small>}
        </span>
        <button type="button" class="icon" title={words.removeNamed(name)} aria-label={words.removeNamed(name)} onClick={() => drop(key)}>
          <Close />
        </button>
      </span>
    </li>
  );
}
