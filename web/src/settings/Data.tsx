import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../api/conversations";
import { failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import type { WireConversation } from "../api/wire";
import { save } from "../controls/save";
import { Download, Upload } from "../controls/icons";
import type { History } from "../history/history";
import { say } from "../language/language";
import { ago } from "../language/measures";
import { Section } from "./parts";

/** Conversations out of the assistant and into it, and those that were thrown away. */
export function Data({ history }: { history: History }) {
  const words = say.value;
  const input = useRef<HTMLInputElement>(null);
  const told = useSignal("");
  const removed = useSignal<readonly WireConversation[]>([]);
  const look = async () => {
    removed.value = (await api.listed(0, true)).data;
  };
  useEffect(() => void look().catch(() => undefined), [history.list.value]);
  const exportAll = async () => {
    try {
      save(`assistant ${new Date().toISOString().slice(0, 10)}.json`, await api.exported(null, "json"));
    } catch (error) {
      told.value = failureText(failureOf(error), words);
    }
  };
  const take = async (files: Iterable<File>) => {
    history.failure.value = null;
    const count = await history.importFiles(files);
    const failure = history.failure.value;
    told.value = failure ? failureText(failure, words) : words.importedChats(count);
  };
  const restore = async (id: string) => {
    await api.restore(id).catch(() => undefined);
    await history.refresh();
  };
  const deleteForGood = async () => {
    for (const { id } of removed.value) await api.remove(id, true).catch(() => undefined);
    await look();
  };
  return (
    <Section title={words.chats}>
      <div class="buttons">
        <button type="button" class="plain" onClick={() => void exportAll()}>
          <Download />
          {words.exportAll}
        </button>
        <button type="button" class="plain" onClick={() => input.current?.click()}>
          <Upload />
          {words.importChats}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          multiple
          accept=".json,.md,.markdown,.txt"
          aria-label={words.importChats}
          onChange={({ currentTarget }) => void take([...(currentTarget.files ?? [])])}
        />
      </div>
      <p role="status" class="quiet">
        {told.value}
      </p>
      {removed.value.length > 0 && (
        <details class="removed">
          <summary>{words.removedChats(removed.value.length)}</summary>
          <ul>
            {removed.value.map(({ id, title, changed }) => (
              <li key={id}>
                <span dir="auto">{title || words.untitledChat}</span>
                <span class="quiet">{ago(changed)}</span>
                <button type="button" class="plain" onClick={() => void restore(id)}>
                  {words.restore}
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="plain risky" onClick={() => void deleteForGood()}>
            {words.deleteAllForGood}
          </button>
        </details>
      )}
    </Section>
  );
}
