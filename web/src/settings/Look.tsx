import * as speed from "../chat/speed";
import { choose, LANGUAGES, type Language, language, say } from "../language/language";
import { SIZES, size, THEMES, theme } from "../look/look";
import { Choice, Section } from "./parts";

/** Language, light, letters: kept in this browser. */
export function Look() {
  const words = say.value;
  const languages = (Object.keys(LANGUAGES) as Language[]).map((each) => [each, LANGUAGES[each].title] as const);
  return (
    <Section title={words.look} hint={words.lookHint}>
      <Choice title={words.language} options={languages} chosen={language.value} choose={choose} />
      <Choice
        title={words.theme}
        options={THEMES.map((each) => [each, words.themes[each]] as const)}
        chosen={theme.value}
        choose={(each) => (theme.value = each)}
      />
      <Choice
        title={words.textSize}
        options={SIZES.map((each) => [each, words.sizes[each]] as const)}
        chosen={size.value}
        choose={(each) => (size.value = each)}
      />
      <label class="tick">
        <input type="checkbox" checked={speed.speedShown.value} onChange={speed.toggle} />
        {words.showSpeed}
      </label>
    </Section>
  );
}
