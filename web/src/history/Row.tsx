import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import * as api from "../api/conversations";
import type { WireConversation } from "../api/wire";
import { linkToChat } from "../browser/route";
import { Choices } from "../controls/Choices";
import { Dialog } from "../controls/Dialog";
import { Pin } from "../controls/icons";
import { Menu } from "../controls/Menu";
import { Rename } from "../controls/Rename";
import { save } from "../controls/save";
import { say } from "../language/language";
import { Marked } from "../text/Marked";
import { Words } from "../text/words";
import type { History } from "./history";

interface Props {
  conversation: WireConversation;
  current: boolean;
  history: History;
  chosen(): void;
}

/** One conversation in the list, and what can be done with it. */
export function Row({ conversation, current, history, chosen }: Props) {
  const words = say.value;
  const renaming = useSignal(false);
  const moving = useSignal(false);
  const { id, pinned, excerpt, answering } = conversation;
  const title = conversation.title || words.untitledChat;
  const download = async (format: "json" | "markdown") => {
    save(`${title}.${format === "json" ? "json" : "md"}`, await api.exported(id, format));
  };
  return (
    <li class="chat-row" aria-current={current ? "true" : undefined}>
      {renaming.value ? (
        <Rename title={conversation.title} done={(value) => {
          renaming.value = false;
          if (value) void history.rename(id, value);
        }} />
      ) : (
        <a href={linkToChat(id)} onClick={chosen} onDblClick={() => (renaming.value = true)}>
          <span class="title" dir="auto" title={title}>
            {pinned && <Pin />}
            {title}
            {answering && <i class="live" role="img" aria-label={words.answering} />}
          </span>
          {excerpt && <Excerpt text={excerpt} query={history.query.value} />}
        </a>
      )}
      <Menu
        title={words.actionsFor(title)}
        choices={[
          { title: words.rename, run: () => (renaming.value = true) },
          { title: pinned ? words.unpin : words.pin, run: () => void history.pin(id, !pinned) },
          { title: words.toFolder, run: () => (moving.value = true) },
          { title: words.asMarkdown, run: () => void download("markdown") },
          { title: words.asJson, run: () => void download("json") },
          { title: words.delete, risky: true, run: () => void history.remove(conversation) },
        ]}
      />
      {moving.value && (
        <FolderDialog
          folder={conversation.folder}
          folders={history.folders.value}
          move={(folder) => void history.move(id, folder)}
          close={() => (moving.value = false)}
        />
      )}
    </li>
  );
}

function Excerpt({ text, query }: { text: string; query: string }) {
  const wanted = useMemo(() => new Words(query), [query]);
  return (
    <span class="excerpt quiet" dir="auto">
      <Marked text={text} ranges={wanted.in(text)} />
    </span>
  );
}

interface FolderProps {
  folder: string;
  folders: readonly string[];
  move(folder: string): void;
  close(): void;
}

function FolderDialog({ folder, folders, move, close }: FolderProps) {
  const words = say.value;
  const name = useSignal(folder);
  const submit = (event: Event) => {
    event.preventDefault();
    move(name.value.trim());
    close();
  };
  return (
    <Dialog title={words.toFolder} close={close}>
      <form onSubmit={submit}>
        <label>
          {words.folderName}
          <input
            list="folders"
            maxLength={200}
            dir="auto"
            value={name.value}
            onInput={({ currentTarget }) => (name.value = currentTarget.value)}
          />
        </label>
        <datalist id="folders">
          {folders.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <p class="quiet">{words.folderHint}</p>
        <Choices cancel={close} title={words.save} />
      </form>
    </Dialog>
  );
}
