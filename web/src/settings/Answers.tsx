import { useSignal } from "@preact/signals";
import { Choices } from "../controls/Choices";
import { Dialog } from "../controls/Dialog";
import { Pencil, Plus } from "../controls/icons";
import { say } from "../language/language";
import type { People } from "../people/people";
import { builtIn, type Chosen, chosenIn, type Persona, type Preset, PRESETS, type Sampling } from "./manner";
import { Choice, Section } from "./parts";

const ORDER: readonly Preset[] = ["usual", "exact", "balanced", "creative", "own"];

/** Who the assistant is, and how it chooses its words: kept for this person. */
export function Answers({ people }: { people: People }) {
  const words = say.value;
  const chosen = chosenIn(people.settings.value);
  const set = (news: Partial<Chosen>) => people.keep("manner", { ...chosen, ...news });
  const editing = useSignal<Persona | null>(null);
  const own = chosen.personas;
  const keep = (persona: Persona) => {
    const others = own.filter(({ id }) => id !== persona.id);
    set({ personas: [...others, persona], persona: persona.id });
    editing.value = null;
  };
  const remove = (id: string) => {
    set({ personas: own.filter((each) => each.id !== id), persona: "plain" });
    editing.value = null;
  };
  return (
    <Section title={words.answers} hint={words.answersHint}>
      <fieldset class="personas">
        <legend>{words.persona}</legend>
        {[...builtIn(words), ...own].map((persona) => (
          <div class="persona" key={persona.id}>
            <label>
              <input
                type="radio"
                name="persona"
                checked={persona.id === chosen.persona}
                onChange={() => set({ persona: persona.id })}
              />
              <span>
                <b dir="auto">{persona.name}</b>
                <small class="quiet" dir="auto">
                  {persona.prompt || words.personaPlainHint}
                </small>
              </span>
            </label>
            {own.includes(persona) && (
              <button
                type="button"
                class="icon"
                title={words.changeNamed(persona.name)}
                aria-label={words.changeNamed(persona.name)}
                onClick={() => (editing.value = persona)}
              >
                <Pencil />
              </button>
            )}
          </div>
        ))}
        <button type="button" class="plain" onClick={() => (editing.value = { id: `own-${Date.now()}`, name: "", prompt: "" })}>
          <Plus />
          {words.newPersona}
        </button>
      </fieldset>
      <Choice
        title={words.sampling}
        options={ORDER.map((each) => [each, words.presets[each]] as const)}
        chosen={chosen.preset}
        choose={(preset) => set({ preset, ...(preset === "own" && { sampling: startFrom(chosen) }) })}
      />
      {chosen.preset === "own" && <ByHand sampling={chosen.sampling} set={(sampling) => set({ sampling })} />}
      {editing.value && (
        <PersonaDialog
          persona={editing.value}
          keep={keep}
          remove={own.some(({ id }) => id === editing.value?.id) ? remove : null}
          close={() => (editing.value = null)}
        />
      )}
    </Section>
  );
}

function startFrom({ preset, sampling }: Chosen): Sampling {
  return preset === "own" ? sampling : { ...sampling, ...PRESETS[preset] };
}

interface Knob {
  name: keyof Sampling;
  least: number;
  most: number;
  step: number;
}

const KNOBS: readonly Knob[] = [
  { name: "temperature", least: 0, most: 2, step: 0.05 },
  { name: "top_p", least: 0, most: 1, step: 0.01 },
  { name: "top_k", least: 0, most: 200, step: 1 },
  { name: "min_p", least: 0, most: 1, step: 0.01 },
  { name: "repeat_penalty", least: 0.5, most: 2, step: 0.05 },
  { name: "max_tokens", least: 1, most: 100_000, step: 1 },
  { name: "seed", least: 0, most: 4_294_967_294, step: 1 },
];

function ByHand({ sampling, set }: { sampling: Sampling; set(sampling: Sampling): void }) {
  const words = say.value;
  const change = (name: keyof Sampling, text: string) => {
    const { [name]: _, ...rest } = sampling;
    const value = Number(text);
    set(text.trim() === "" || !Number.isFinite(value) ? rest : { ...rest, [name]: value });
  };
  return (
    <div class="knobs">
      {KNOBS.map(({ name, least, most, step }) => (
        <label key={name}>
          {words.knobs[name]}
          <input
            type="number"
            min={least}
            max={most}
            step={step}
            placeholder={words.asUsual}
            value={sampling[name] ?? ""}
            onChange={({ currentTarget }) => currentTarget.reportValidity() && change(name, currentTarget.value)}
          />
        </label>
      ))}
    </div>
  );
}

interface PersonaProps {
  persona: Persona;
  keep(persona: Persona): void;
  /** null where it is new. */
  remove: ((id: string) => void) | null;
  close(): void;
}

function PersonaDialog({ persona, keep, remove, close }: PersonaProps) {
  const words = say.value;
  const name = useSignal(persona.name);
  const prompt = useSignal(persona.prompt);
  return (
    <Dialog title={remove ? words.changeNamed(persona.name) : words.newPersona} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keep({ id: persona.id, name: name.value.trim(), prompt: prompt.value.trim() });
        }}
      >
        <label>
          {words.personName}
          <input required maxLength={80} dir="auto" value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </label>
        <label>
          {words.systemPrompt}
          <textarea required rows={6} maxLength={8000} dir="auto" value={prompt.value} onInput={({ currentTarget }) => (prompt.value = currentTarget.value)} />
        </label>
        <Choices cancel={close} title={words.save}>
          {remove && (
            <button type="button" class="plain risky" onClick={() => remove(persona.id)}>
              {words.delete}
            </button>
          )}
        </Choices>
      </form>
    </Dialog>
  );
}
