import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../src/language/en";
import { chosenIn, mannerOf, NOTHING_CHOSEN } from "../../src/settings/manner";

test("whatever was kept, there is a manner", () => {
  for (const kept of [{}, { manner: null }, { manner: "?" }, { manner: { preset: "strange", personas: 3 } }]) {
    assert.deepEqual(chosenIn(kept), NOTHING_CHOSEN);
  }
});

test("a persona is a system prompt, and a preset is sampling", () => {
  assert.deepEqual(mannerOf(NOTHING_CHOSEN, en), { system: "", options: {} });
  const own = { id: "p1", name: "Pirate", prompt: "Talk like a pirate." };
  const chosen = chosenIn({ manner: { persona: "p1", personas: [own], preset: "exact" } });
  assert.deepEqual(mannerOf(chosen, en), { system: own.prompt, options: { temperature: 0.1, top_p: 0.9 } });
  const byHand = { ...chosen, persona: "gone", preset: "own" as const, sampling: { seed: 7 } };
  assert.deepEqual(mannerOf(byHand, en), { system: "", options: { seed: 7 } });
});
