import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Dots } from "./icons";
import "./menu.css";

export interface Choice {
  title: string;
  run(): void;
  risky?: boolean;
}

interface Props {
  title: string;
  choices: readonly Choice[];
  icon?: ComponentChildren;
}

/** A button that unfolds a few choices; arrow keys go through them, Escape closes. */
export function Menu({ title, choices, icon }: Props) {
  const open = useSignal(false);
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  useEffect(() => {
    if (!open.value || !list.current || !button.current) return undefined;
    place(list.current, button.current);
    list.current.querySelector("button")?.focus();
    const elsewhere = (event: Event) => {
      if (!frame.current?.contains(event.target as Node)) open.value = false;
    };
    const moved = (event: Event) => {
      if (event.target instanceof Node && event.target.contains(button.current)) open.value = false;
    };
    window.addEventListener("pointerdown", elsewhere);
    window.addEventListener("scroll", moved, true);
    return () => {
      window.removeEventListener("pointerdown", elsewhere);
      window.removeEventListener("scroll", moved, true);
    };
  }, [open.value]);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !list.current) return;
    event.preventDefault();
    const items = [...list.current.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    items.at((at + step) % items.length)?.focus();
  };
  return (
    <div class="menu-frame" ref={frame} onKeyDown={pressed}>
      <button
        ref={button}
        type="button"
        class="icon"
        title={title}
        aria-label={title}
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-controls={open.value ? id : undefined}
        onClick={() => (open.value = !open.value)}
      >
        {icon ?? <Dots />}
      </button>
      {open.value && (
        <div class="menu-list" id={id} role="menu" aria-label={title} ref={list}>
          {choices.map(({ title, run, risky }) => (
            <button
              key={title}
              type="button"
              role="menuitem"
              class={risky ? "risky" : undefined}
              onClick={() => {
                close();
                run();
              }}
            >
              {title}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Under its button, or above where there is no room; nothing that scrolls cuts it off. */
function place(list: HTMLElement, button: HTMLElement): void {
  const { top, bottom, left, right } = button.getBoundingClientRect();
  const { height, width } = list.getBoundingClientRect();
  const below = bottom + height + 8 < window.innerHeight;
  const start = Math.min(right - width < 8 ? left : right - width, window.innerWidth - width - 8);
  list.style.top = `${below ? bottom + 4 : Math.max(8, top - height - 4)}px`;
  list.style.left = `${Math.max(8, start)}px`;
}
