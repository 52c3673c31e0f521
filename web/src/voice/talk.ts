/** A conversation without hands: who speaks is answered at each pause, and may interrupt. */
import { refused } from "../api/failure";
import * as api from "../api/voice";
import { choices, saying } from "./choices";
import { Ear } from "./ear";
import { hasWords } from "./heard";
import { after, LISTENING, OPENING, type Scene, silent } from "./scene";
import { Player } from "./sound/player";

const PAUSE_S = 0.7;

export interface TalkListener {
  level(level: number): void;
  changed(scene: Scene): void;
  /** A question is in the conversation, and its answer is being written: the message of that id. */
  begun(message: string): void;
  /** One answer failed; the conversation goes on. */
  failed(error: unknown): void;
  /** It cannot go on. */
  broken(error: unknown): void;
  voiceless(language: string): void;
}

export class Talk {
  private scene: Scene = OPENING;
  private ear: Ear | null = null;
  private answered = true;
  private isOver = false;
  private readonly leaving = new AbortController();
  private readonly interrupting = choices().interrupting;
  private readonly player: Player;

  constructor(private readonly listener: TalkListener) {
    this.player = new Player({
      sounding: (is) => {
        if (this.ear) this.ear.muted = is && !this.interrupting;
        if (!is) this.show(silent(this.scene, this.answered));
      },
      voiceless: (language) => listener.voiceless(language),
    });
  }

  /** Goes on until `end`. Raises: NoMicrophone; Failed, if it cannot begin. */
  async begin(asking: () => Promise<api.Asking>): Promise<void> {
    const broken = (error: unknown) => this.breakOff(error);
    this.ear = await Ear.open(choices().language, PAUSE_S, { level: (level) => this.listener.level(level), broken });
    if (this.isOver) return this.end();
    const wish = await asking();
    this.show(LISTENING);
    void this.follow(wish).catch(broken);
  }

  /** Ends the answer that is being given; the listening goes on. */
  interrupt(): void {
    this.player.stop();
    this.answered = true;
    this.show(silent({ ...this.scene, phase: "answering" }, true));
    if (this.ear) void api.interrupt(this.ear.id).catch(() => undefined);
  }

  /** Repeatable. */
  end(): void {
    this.isOver = true;
    this.leaving.abort();
    this.player.stop();
    void this.ear?.finish().catch(() => undefined);
  }

  private async follow(asking: api.Asking): Promise<void> {
    const id = this.ear?.id ?? "";
    for await (const event of api.talk(id, asking, saying(), this.interrupting, this.leaving.signal)) this.take(event);
    this.breakOff(null);
  }

  private take(event: api.WireHeard | api.WireSpoken): void {
    this.heed(event);
    if (event.type === "audio" || event.type === "unspoken") this.player.add(event);
    else if (event.type === "interrupted") this.player.stop();
    else if (event.type === "begun") this.listener.begun(event.message);
    else if (event.type === "error") this.listener.failed(refused(200, event.error));
    if (event.type === "done" || event.type === "error" || event.type === "interrupted") this.answered = true;
    else if (event.type === "begun") this.answered = false;
    this.show(after(this.scene, event, this.player.isSounding));
  }

  /** Whoever speaks is not spoken over. */
  private heed(event: api.WireHeard | api.WireSpoken): void {
    if (!this.interrupting) return;
    if (event.type === "speech") this.player.duck(true);
    else if (event.type === "final") this.player.duck(false);
    if ((event.type === "partial" || event.type === "final") && hasWords(event.text ?? "")) this.player.stop();
  }

  private show(scene: Scene): void {
    if (scene === this.scene || this.isOver) return;
    this.scene = scene;
    this.listener.changed(scene);
  }

  private breakOff(error: unknown): void {
    if (this.isOver) return;
    this.end();
    this.listener.broken(error);
  }
}
