import { useSignal, useSignalEffect } from "@preact/signals";
import type { Conversation } from "../chat/conversation";
import type { Connection } from "../connection/connection";
import { ConnectionNotice } from "../connection/ConnectionNotice";
import { KeyDialog } from "../connection/KeyDialog";

interface Props {
  conversation: Conversation;
  connection: Connection;
  /** Back to the message field. */
  focus(): void;
}

/** What stands between the reader and an answer: loading, trouble, or a key to enter. */
export function Gate({ conversation, connection, focus }: Props) {
  const dismissed = useSignal(false);
  const status = connection.status.value;
  useSignalEffect(() => {
    if (connection.status.value.is === "ready") dismissed.value = false;
  });
  const use = async (key: string) => {
    if (!(await connection.unlock(key))) return;
    focus();
    const last = conversation.turns.peek().at(-1);
    if (last?.answer.failure?.cause === "locked") void conversation.again();
  };
  return (
    <>
      <ConnectionNotice
        status={status}
        retry={() => void connection.check()}
        enterKey={() => (dismissed.value = false)}
      />
      {status.is === "locked" && !dismissed.value && (
        <KeyDialog
          refused={status.refused}
          use={(key) => void use(key)}
          close={() => (dismissed.value = true)}
        />
      )}
    </>
  );
}
