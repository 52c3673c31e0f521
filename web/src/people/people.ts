import { batch, computed, signal } from "@preact/signals";
import type * as api from "../api/conversations";
import { type Failure, failureOf } from "../api/failure";
import { profile } from "../api/profile";
import type { WireOpened, WireProfile } from "../api/wire";

export type Service = Pick<typeof api, "addProfile" | "changeProfile" | "profile" | "profiles" | "removeProfile" | "unlock">;
export type Settings = Readonly<Record<string, unknown>>;

/** The people of the household, and who of them uses this tab. */
export class People {
  readonly list = signal<readonly WireProfile[]>([]);
  readonly currentId = signal<string | null>(null);
  readonly current = computed(() => this.list.value.find(({ id }) => id === this.currentId.value) ?? null);
  readonly settings = signal<Settings>({});
  /** Who is to enter a PIN; `failure`: what became of the last try. */
  readonly asking = signal<{ profile: WireProfile; failure: Failure | null } | null>(null);

  constructor(
    private readonly service: Service,
    private readonly changed: () => void,
  ) {}

  /** Learns who there is, and opens who was chosen in this browser before. */
  async load(): Promise<void> {
    const list = await this.service.profiles();
    const wanted = list.find(({ id }) => id === profile.id()) ?? list[0];
    if (profile.id() && profile.id() !== wanted?.id) profile.forget();
    batch(() => {
      this.list.value = list;
      this.currentId.value = wanted?.id ?? null;
    });
    if (wanted) await this.open(wanted);
  }

  /** Becomes someone else; behind a PIN, once it was entered. */
  async choose(someone: WireProfile): Promise<void> {
    if (someone.locked) this.asking.value = { profile: someone, failure: null };
    else this.become({ profile: someone, key: "" });
  }

  async unlock(pin: string): Promise<void> {
    const asking = this.asking.peek();
    if (!asking) return;
    try {
      this.become(await this.service.unlock(asking.profile.id, pin));
      this.asking.value = null;
    } catch (error) {
      this.asking.value = { ...asking, failure: failureOf(error) };
    }
  }

  /** Leaves the question for the PIN unanswered. */
  giveUp(): void {
    this.asking.value = null;
  }

  /** The one who is here is locked out: asks for the PIN. */
  lockedOut(): void {
    const current = this.current.peek();
    if (current && !this.asking.peek()) this.asking.value = { profile: { ...current, locked: true }, failure: null };
  }

  /** Raises: Failed. */
  async add(name: string, pin: string): Promise<void> {
    const opened = await this.service.addProfile(name, pin);
    this.list.value = [...this.list.peek(), opened.profile];
    this.become(opened);
  }

  /** Raises: Failed. */
  async change(changes: { name?: string; pin?: string | null }): Promise<void> {
    const id = this.currentId.peek();
    if (!id) return;
    const { profile: changed, key } = await this.service.changeProfile(id, changes);
    profile.choose(id, key);
    this.list.value = this.list.peek().map((each) => (each.id === id ? changed : each));
  }

  /** Raises: Failed. */
  async remove(): Promise<void> {
    const id = this.currentId.peek();
    if (!id) return;
    await this.service.removeProfile(id);
    profile.forget();
    await this.load();
    this.changed();
  }

  /** Keeps something for this person, on the server. */
  keep(name: string, value: unknown): void {
    this.settings.value = { ...this.settings.peek(), [name]: value };
    const id = this.currentId.peek();
    if (id) void this.service.changeProfile(id, { settings: this.settings.peek() }).catch(() => undefined);
  }

  private become({ profile: someone, key }: WireOpened): void {
    profile.choose(someone.id, key);
    this.currentId.value = someone.id;
    void this.open(someone);
    this.changed();
  }

  private async open(someone: WireProfile): Promise<void> {
    try {
      this.settings.value = (await this.service.profile(someone.id)).settings ?? {};
    } catch (error) {
      if (failureOf(error).cause === "pin") this.lockedOut();
    }
  }
}
