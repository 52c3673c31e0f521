/** Who may use the assistant: pairing, devices, keys. */
import { accepted, jsonBody } from "./server";

export interface WireDevice {
  id: string;
  name: string;
  last_used: number;
  /** Whether it is the one that asks. Keys never are. */
  here?: boolean;
}

export interface WireDevices {
  data: readonly WireDevice[];
  /** Whether this browser may let others in. */
  owner: boolean;
  /** Whether other machines reach the assistant. */
  network: boolean;
  /** Whether they need no pairing. */
  unpaired: boolean;
}

export interface WireInvitation {
  pin: string;
  expires_in: number;
  links: readonly { url: string; secure: string }[];
  /** Row by row, dark as "1". */
  qr: readonly string[];
  fingerprint: string | null;
}

export async function listed(): Promise<WireDevices> {
  return (await accepted("/v1/devices")).json() as Promise<WireDevices>;
}

export async function invitation(): Promise<WireInvitation> {
  return (await accepted("/v1/pairing")).json() as Promise<WireInvitation>;
}

export async function rename(id: string, name: string): Promise<void> {
  await accepted(`/v1/devices/${encodeURIComponent(id)}`, jsonBody("PATCH", { name }));
}

export async function revoke(kind: "devices" | "keys", id: string): Promise<void> {
  await accepted(`/v1/${kind}/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export async function keys(): Promise<readonly WireDevice[]> {
  return ((await (await accepted("/v1/keys")).json()) as { data: WireDevice[] }).data;
}

/** A new key; it is told this once. */
export async function makeKey(name: string): Promise<string> {
  return ((await (await accepted("/v1/keys", jsonBody("POST", { name }))).json()) as { key: string }).key;
}
