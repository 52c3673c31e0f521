import assert from "node:assert/strict";
import { test } from "node:test";
import { restored } from "../../src/voice/choices";
import { secureAddress } from "../../src/browser/secure";

test("what was chosen comes back, and what cannot be read is as usual", () => {
  const usual = restored(null);
  assert.deepEqual([usual.speed, usual.interrupting, usual.voice], [1, true, ""]);
  const kept = restored(JSON.stringify({ ...usual, speed: 1.5, interrupting: false, own: { zh: "Tingting" } }));
  assert.deepEqual([kept.speed, kept.interrupting, kept.own["zh"]], [1.5, false, "Tingting"]);
  for (const broken of ["", "{", "null", "7", '{"speed":"fast","own":null}']) assert.deepEqual(restored(broken), usual);
  assert.equal(restored('{"speed":40}').speed, 2);
});

test("the secure address is the same page on the same port", () => {
  const place = { host: "192.168.1.7:8080", pathname: "/glance", search: "", hash: "#c" };
  assert.equal(secureAddress(place), "https://192.168.1.7:8080/glance#c");
});
