/** Times and sizes in words, in the page's language. */
import { LANGUAGES, language, say } from "./language";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONG_AGO_DAYS = 7;

/** "5 minutes ago"; a date, when it is more than a week. `then` in seconds since 1970. */
export function ago(then: number, now: number = Date.now() / 1000): string {
  const { tag } = LANGUAGES[language.value];
  const passed = Math.max(0, now - then);
  if (passed > LONG_AGO_DAYS * DAY) return new Date(then * 1000).toLocaleDateString(tag, { dateStyle: "medium" });
  const words = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  if (passed < MINUTE) return words.format(0, "second");
  if (passed < HOUR) return words.format(-Math.round(passed / MINUTE), "minute");
  if (passed < DAY) return words.format(-Math.round(passed / HOUR), "hour");
  return words.format(-Math.round(passed / DAY), "day");
}

/** "about 3 min left". */
export function left(seconds: number): string {
  const words = say.value;
  if (seconds < MINUTE) return words.secondsLeft(Math.max(1, Math.round(seconds)));
  if (seconds < HOUR) return words.minutesLeft(Math.round(seconds / MINUTE));
  return words.hoursLeft(Math.round(seconds / HOUR));
}

/** "1.2 MB". */
export function size(bytes: number): string {
  const { tag } = LANGUAGES[language.value];
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value.toLocaleString(tag, { maximumSignificantDigits: value < 100 ? 2 : 4 })} ${unit}`;
}
