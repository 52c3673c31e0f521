import { secureAddress } from "../browser/secure";
import { say } from "../language/language";

/** Leads to the address where browsers lend microphone and camera. */
export function SecureLink() {
  const words = say.value.voice;
  return (
    <p>
      <a class="secure" href={secureAddress(window.location)}>
        {words.openSecure}
      </a>
      <br />
      <span class="quiet">{words.secureHint}</span>
    </p>
  );
}
