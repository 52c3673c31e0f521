import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/devices";
import { type Failure, failureOf } from "../api/failure";
import { failureText } from "../api/failureText";
import { say } from "../language/language";
import { Facts } from "./parts";

const RENEWED_EACH_MS = 30_000;

/** What lets one device in, shown as the terminal shows it; new as soon as one was let in. `paired`: those that are. */
export function Invitation({ paired }: { paired: string }) {
  const words = say.value;
  const found = useSignal<api.WireInvitation | null>(null);
  const failure = useSignal<Failure | null>(null);
  const look = async () => {
    try {
      found.value = await api.invitation();
    } catch (error) {
      failure.value = failureOf(error);
    }
  };
  useEffect(() => {
    void look();
    const timer = window.setInterval(() => void look(), RENEWED_EACH_MS);
    return () => window.clearInterval(timer);
  }, [paired]);
  const shown = found.value;
  if (failure.value) return <p class="trouble">{failureText(failure.value, words)}</p>;
  if (!shown) return null;
  return (
    <div class="invitation">
      <Squares rows={shown.qr} title={words.qrCode} />
      <div>
        <p>{words.scanOrType(shown.links[0]?.url ?? "")}</p>
        <p class="pin" aria-label={words.pairingPin}>
          {shown.pin.slice(0, 3)} {shown.pin.slice(3)}
        </p>
        <Facts
          rows={[
            [words.addresses, shown.links.map(({ url }) => url).join("  ")],
            [words.secureAddresses, shown.links.map(({ secure }) => secure).join("  ")],
            [words.fingerprint, shown.fingerprint],
          ]}
        />
      </div>
    </div>
  );
}

function Squares({ rows, title }: { rows: readonly string[]; title: string }) {
  const path = rows.flatMap((row, y) => [...row].map((dark, x) => (dark === "1" ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" role="img" aria-label={title} viewBox={`0 0 ${rows.length} ${rows.length}`} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
