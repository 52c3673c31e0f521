import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../api/assistant";
import type { WireAbout } from "../api/wire";
import { say } from "../language/language";
import { size } from "../language/measures";
import { Facts, Section } from "./parts";

/** What the one file holds, under which licences, and where it keeps things. */
export function Inside() {
  const words = say.value;
  const about = useSignal<WireAbout | null>(null);
  useEffect(() => void api.about().then((found) => (about.value = found), () => undefined), []);
  const found = about.value;
  return (
    <Section title={words.inside}>
      <Facts
        rows={[
          [words.version, found?.version ?? null],
          [words.dataFolder, found && (found.data ?? words.noDataFolder)],
        ]}
      />
      {found && found.parts.length > 0 && (
        <div class="table" role="region" aria-label={words.parts} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{words.nameOf}</th>
                <th>{words.licence}</th>
                <th class="right">{words.size}</th>
              </tr>
            </thead>
            <tbody>
              {found.parts.map((part) => (
                <tr key={part.title + part.kind}>
                  <td>{part.title || part.kind}</td>
                  <td>{part.licence}</td>
                  <td class="right">{size(part.size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p>
        <a href="licences.txt" target="_blank" rel="noopener">
          {words.pageLicences}
        </a>
      </p>
    </Section>
  );
}
