import { useSignal } from "@preact/signals";
import { Upload } from "./icons";

/** What makes an element take files that are dropped anywhere in it; `over`: some are held over it. */
export function useDrop(drop: (data: DataTransfer) => void) {
  const over = useSignal(false);
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const enter = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over.value = true;
  };
  const leave = (event: DragEvent & { currentTarget: HTMLElement }) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) over.value = false;
  };
  const dropped = (event: DragEvent) => {
    if (!holdsFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    over.value = false;
    drop(event.dataTransfer);
  };
  return { over: over.value, zone: { onDragEnter: enter, onDragOver: enter, onDragLeave: leave, onDrop: dropped } };
}

/** Says that they may be let go. */
export function DropHere({ title }: { title: string }) {
  return (
    <div class="drop-here">
      <Upload />
      {title}
    </div>
  );
}
