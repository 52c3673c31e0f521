/** The microphone, and why there may be none. */
import { device } from "./device";
import type { Piece } from "./worklet";

/** Where the build put the worklet. */
declare const HEARING_WORKLET: string;

/** insecure: the browser gives it to HTTPS pages alone. denied: by the person. absent: there is none. */
export type Lack = "insecure" | "denied" | "absent";

export class NoMicrophone extends Error {
  constructor(readonly lack: Lack) {
    super(lack);
  }
}

let loaded: Promise<void> | null = null;

/** What is heard, until it is closed; the browser takes its own loudspeaker out of it. */
export class Microphone {
  private constructor(
    private readonly stream: MediaStream,
    private readonly nodes: readonly AudioNode[],
  ) {}

  /** Raises: NoMicrophone. */
  static async open(heard: (piece: Piece) => void, ended: () => void): Promise<Microphone> {
    const stream = await listening();
    try {
      const context = await device();
      loaded ??= context.audioWorklet.addModule(HEARING_WORKLET);
      await loaded;
      const source = context.createMediaStreamSource(stream);
      const node = new AudioWorkletNode(context, "hearing", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
      node.port.onmessage = ({ data }: MessageEvent<Piece>) => heard(data);
      source.connect(node);
      stream.getAudioTracks()[0]?.addEventListener("ended", ended);
      return new Microphone(stream, [source, node]);
    } catch (error) {
      loaded = null;
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
  }

  /** Repeatable. */
  close(): void {
    for (const node of this.nodes) {
      node.disconnect();
      if (node instanceof AudioWorkletNode) node.port.onmessage = null;
    }
    for (const track of this.stream.getTracks()) track.stop();
  }
}

async function listening(): Promise<MediaStream> {
  // The types promise it always; on plain HTTP from another device there is none.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!window.isSecureContext || !devices) throw new NoMicrophone("insecure");
  try {
    return await devices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const denied = error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "SecurityError");
    throw new NoMicrophone(denied ? "denied" : "absent");
  }
}
