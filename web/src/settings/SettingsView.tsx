import { linkToView } from "../browser/route";
import { Back } from "../controls/icons";
import { say } from "../language/language";
import type { Parts } from "../shell/App";
import { Answers } from "./Answers";
import { Data } from "./Data";
import { Devices } from "./Devices";
import { Inside } from "./Inside";
import { Look } from "./Look";
import { ModelDetails } from "./ModelDetails";
import { Speaking } from "./Speaking";
import { You } from "./You";

/** All that can be set, and what the assistant is. */
export default function SettingsView({ connection, history, people, voice }: Parts) {
  const words = say.value;
  return (
    <main class="settings" aria-label={words.settings}>
      <div class="column">
        <header class="head">
          <a class="icon" href={linkToView("chat")} title={words.backToChat} aria-label={words.backToChat}>
            <Back />
          </a>
          <h2>{words.settings}</h2>
        </header>
        <Look />
        <Answers people={people} />
        <Speaking voice={voice} connection={connection} />
        <ModelDetails ready={connection.status.value.is === "ready"} />
        <You people={people} key={people.currentId.value} />
        <Devices />
        <Data history={history} />
        <Inside />
      </div>
    </main>
  );
}
