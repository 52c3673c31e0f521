import { Dialog } from "../controls/Dialog";
import { say } from "../language/language";
import { KEYS } from "./keys";
import "./shortcuts.css";

/** The list of keys. */
export function Shortcuts({ close }: { close(): void }) {
  const words = say.value;
  const control = /Mac|iP(?:hone|ad)/.test(navigator.platform) ? "⌘" : "Ctrl";
  const rows: [string, string[]][] = [
    [words.send, ["Enter"]],
    [words.newLine, ["Shift", "Enter"]],
    [words.stop, ["Esc"]],
    ...KEYS.map(([command, key]): [string, string[]] => [words.commands[command], [control, "Shift", key]]),
    [words.commands.field, ["/"]],
    [words.commands.help, ["?"]],
  ];
  return (
    <Dialog title={words.shortcuts} close={close}>
      <dl class="shortcuts">
        {rows.map(([title, keys]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div class="choices">
        <button type="button" class="main" onClick={close}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
