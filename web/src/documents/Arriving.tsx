import type { ComponentChildren } from "preact";
import type { WireJob } from "../api/wire";
import { Close } from "../controls/icons";
import { say } from "../language/language";
import { left } from "../language/measures";
import { isOpen, type Library } from "./library";
import type { Sending } from "./sending";

/** More rows than this are only counted. */
const SHOWN_AT_MOST = 30;

/** What is on its way in, each with how far it is; what failed says why. */
export function Arriving({ library }: { library: Library }) {
  const words = say.value;
  const sending = library.sending.value.filter(({ failure }) => !failure.value);
  const unsent = library.sending.value.filter(({ failure }) => failure.value);
  const [open, failed] = [library.jobs.value.filter(isOpen), library.jobs.value.filter((job) => !isOpen(job))];
  return (
    <>
      <Rows title={words.arriving} count={sending.length + open.length}>
        {open.slice(0, SHOWN_AT_MOST).map((job) => (
          <JobRow key={job.id} job={job} stop={() => void library.cancel(job)} />
        ))}
        {sending.slice(0, SHOWN_AT_MOST).map((each) => (
          <SendingRow key={each} sending={each} dismiss={() => library.dismissSending(each)} />
        ))}
      </Rows>
      <Rows title={words.notAdded} count={unsent.length + failed.length}>
        {unsent.slice(0, SHOWN_AT_MOST).map((each) => (
          <SendingRow key={each} sending={each} dismiss={() => library.dismissSending(each)} />
        ))}
        {failed.slice(0, SHOWN_AT_MOST).map((job) => (
          <JobRow key={job.id} job={job} stop={() => library.dismiss(job)} />
        ))}
      </Rows>
    </>
  );
}

function Rows({ title, count, children }: { title: string; count: number; children: ComponentChildren }) {
  if (count === 0) return null;
  return (
    <section class="arriving" aria-label={title}>
      <h3>
        {title} <span class="quiet">{count > 1 && count}</span>
      </h3>
      <ul>{children}</ul>
    </section>
  );
}

function SendingRow({ sending, dismiss }: { sending: Sending; dismiss(): void }) {
  const words = say.value;
  const failure = sending.failure.value;
  const share = sending.share.value;
  return (
    <Row
      name={sending.name}
      trouble={failure && (failure.message || words.notSent)}
      share={share}
      state={words.sending(percent(share))}
      left=""
      stop={dismiss}
    />
  );
}

function JobRow({ job, stop }: { job: WireJob; stop(): void }) {
  return (
    <Row
      name={job.name}
      trouble={job.state === "failed" ? (job.problem ?? say.value.unexpected(0)) : null}
      share={job.state === "waiting" || (job.state === "reading" && !job.pages) ? null : job.share}
      state={stateOf(job)}
      left={job.left_s !== null && isOpen(job) ? left(job.left_s) : ""}
      stop={stop}
    />
  );
}

interface RowProps {
  name: string;
  trouble: string | null;
  /** 0 to 1; null while it is not known. */
  share: number | null;
  state: string;
  left: string;
  stop(): void;
}

function Row({ name, trouble, share, state, left, stop }: RowProps) {
  const words = say.value;
  const title = trouble === null ? words.cancelNamed(name) : words.dismissNamed(name);
  return (
    <li class={trouble === null ? "job" : "job trouble"}>
      <span class="name" title={name} dir="auto">
        {name}
      </span>
      {trouble === null ? (
        <>
          <span class="state quiet">
            {state} {left && <span class="left">· {left}</span>}
          </span>
          <progress max={1} aria-label={name} {...(share === null ? {} : { value: share })} />
        </>
      ) : (
        <span class="state" role="alert">
          {trouble}
        </span>
      )}
      <button type="button" class="icon" title={title} aria-label={title} onClick={stop}>
        <Close />
      </button>
    </li>
  );
}

function stateOf({ state, page, pages }: WireJob): string {
  const words = say.value;
  if (state === "waiting") return words.jobWaiting;
  if (state === "reading") return pages ? words.jobReadingPage(Math.min(page + 1, pages), pages) : words.jobReading;
  return state === "embedding" ? words.jobEmbedding : words.jobDone;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
