/** What is fetched when someone first speaks, or has something read out. */
export { Dictation } from "./dictation";
export { NoMicrophone } from "./sound/microphone";
export { Spoken } from "./spoken";
export { Talk } from "./talk";
