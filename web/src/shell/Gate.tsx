import { useSignal, useSignalEffect } from "@preact/signals";
import type { Connection } from "../connection/connection";
import { ConnectionNotice } from "../connection/ConnectionNotice";
import { KeyDialog } from "../connection/KeyDialog";

interface Props {
  connection: Connection;
  /** A key was accepted. */
  unlocked(): void;
}

/** What stands between the reader and an answer: loading, trouble, or a key to enter. */
export function Gate({ connection, unlocked }: Props) {
  const dismissed = useSignal(false);
  const status = connection.status.value;
  useSignalEffect(() => {
    if (connection.status.value.is === "ready") dismissed.value = false;
  });
  const use = async (key: string) => {
    if (await connection.unlock(key)) unlocked();
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
