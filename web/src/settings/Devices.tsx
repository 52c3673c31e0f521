import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/devices";
import { type Failure, failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import { CopyButton } from "../controls/CopyButton";
import { Rename } from "../controls/Rename";
import { say } from "../language/language";
import { ago } from "../language/measures";
import { Invitation } from "./Invitation";
import { Section } from "./parts";

const LOOKED_EACH_MS = 3000;

/** Who may use the assistant from elsewhere, and how others are let in. */
export function Devices() {
  const words = say.value;
  const found = useSignal<api.WireDevices | null>(null);
  const keys = useSignal<readonly api.WireDevice[]>([]);
  const inviting = useSignal(false);
  const made = useSignal("");
  const name = useSignal("");
  const failure = useSignal<Failure | null>(null);
  const look = async () => {
    found.value = await api.listed();
    if (found.value.owner) keys.value = await api.keys();
  };
  const attempt = async (action: () => Promise<unknown>) => {
    failure.value = null;
    try {
      await action();
      await look();
    } catch (error) {
      failure.value = failureOf(error);
    }
  };
  useEffect(() => {
    void look().catch(() => undefined);
    const timer = window.setInterval(() => inviting.value && void look().catch(() => undefined), LOOKED_EACH_MS);
    return () => window.clearInterval(timer);
  }, []);
  const makeKey = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      made.value = await api.makeKey(name.value.trim());
      name.value = "";
    });
  };
  const devices = found.value;
  if (!devices) return null;
  const revoke = (kind: "devices" | "keys", device: api.WireDevice) =>
    void attempt(async () => {
      await api.revoke(kind, device.id);
      if (device.here) window.location.assign("/pair");
    });
  const hint = devices.network ? (devices.unpaired ? words.everyoneIsLetIn : words.devicesHint) : words.onlyThisMachine;
  return (
    <Section title={words.devices} hint={hint}>
      <Rows
        kind={words.devices}
        rows={devices.data}
        rename={(device, called) => void attempt(() => api.rename(device.id, called))}
        revoke={(device) => revoke("devices", device)}
      />
      {devices.owner && devices.network && (
        <div class="buttons">
          <button type="button" class="plain" aria-expanded={inviting.value} onClick={() => (inviting.value = !inviting.value)}>
            {words.pairDevice}
          </button>
        </div>
      )}
      {inviting.value && <Invitation paired={devices.data.map(({ id }) => id).join(" ")} />}
      {!devices.network || devices.owner ? null : (
        <p class="quiet">
          <a href="/pair">{words.secureConnection}</a>
        </p>
      )}
      {devices.owner && (
        <>
          <Rows kind={words.apiKeys} rows={keys.value} revoke={(key) => revoke("keys", key)} />
          <form class="you" onSubmit={makeKey}>
            <label>
              {words.newKeyFor}
              <input required maxLength={80} dir="auto" value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
            </label>
            <div class="choices">
              <button type="submit" class="plain">
                {words.makeKey}
              </button>
            </div>
          </form>
        </>
      )}
      {made.value && (
        <p role="status">
          {words.keyToldOnce} <code>{made.value}</code> <CopyButton text={made.value} title={words.copy} />
        </p>
      )}
      <p class="trouble" role="alert">
        {failure.value && failureText(failure.value, words)}
      </p>
    </Section>
  );
}

interface RowsProps {
  kind: string;
  rows: readonly api.WireDevice[];
  rename?(device: api.WireDevice, called: string): void;
  revoke(device: api.WireDevice): void;
}

function Rows({ kind, rows, rename, revoke }: RowsProps) {
  const words = say.value;
  const renaming = useSignal("");
  if (rows.length === 0) return null;
  return (
    <ul class="devices" aria-label={kind}>
      {rows.map((device) => (
        <li key={device.id}>
          {rename && renaming.value === device.id ? (
            <Rename
              title={device.name}
              done={(called) => {
                renaming.value = "";
                if (called) rename(device, called);
              }}
            />
          ) : (
            <span dir="auto">{device.name || words.unnamedDevice}</span>
          )}
          <span class="quiet">{device.here ? words.thisDevice : ago(device.last_used)}</span>
          {rename && (
            <button type="button" class="plain" aria-label={words.renameOf(device.name || words.unnamedDevice)} onClick={() => (renaming.value = device.id)}>
              {words.rename}
            </button>
          )}
          <button type="button" class="plain risky" aria-label={words.revokeOf(device.name || words.unnamedDevice)} onClick={() => revoke(device)}>
            {words.revoke}
          </button>
        </li>
      ))}
    </ul>
  );
}
