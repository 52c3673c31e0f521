import { failureText } from "../api/failureText";
import { say } from "../language/language";
import { Notice } from "../controls/Notice";
import type { Status } from "./connection";
import "./connection.css";

interface Props {
  status: Status;
  retry(): void;
  enterKey(): void;
}

/** Says what keeps the assistant from answering; nothing while it can. */
export function ConnectionNotice({ status, retry, enterKey }: Props) {
  const words = say.value;
  switch (status.is) {
    case "loading":
      return <Loading progress={status.progress} />;
    case "gone":
      return (
        <Notice tone="trouble" action={{ title: words.retry, run: retry }}>
          {words.gone}
        </Notice>
      );
    case "broken":
      return (
        <Notice tone="trouble" action={{ title: words.retry, run: retry }}>
          {words.broken} {failureText(status.failure, words)}
        </Notice>
      );
    case "locked":
      return (
        <Notice tone="calm" action={{ title: words.enterKey, run: enterKey }}>
          {words.keyNeeded}
        </Notice>
      );
    default:
      return null;
  }
}

function Loading({ progress }: { progress: number | null }) {
  const words = say.value;
  const percent = progress === null ? "" : `${Math.round(progress * 100)}%`;
  return (
    <Notice tone="calm" action={null}>
      <span class="loading">
        <span>
          {words.loading} <span class="quiet">{words.loadingHint}</span>
        </span>
        <span class="percent">{percent}</span>
        <progress max={1} aria-label={words.loading} {...(progress === null ? {} : { value: progress })} />
      </span>
    </Notice>
  );
}
