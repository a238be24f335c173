import { assertEquals } from "@std/assert";
import { durationText, secondsOf } from "../../lib/base/durations.ts";

Deno.test("secondsOf() reads the durations of docker compose, and nothing else", () => {
  const known = {
    "2.5s": 2.5,
    "10s": 10,
    "1m30s": 90,
    "2h32m": 9120,
    "5h34m56s": 20096,
    "500ms": 0.5,
    "7us": 0.000007,
  };
  for (const [text, seconds] of Object.entries({ ...known, "0": 0, "0s": 0 })) {
    assertEquals(secondsOf(text), seconds, text);
  }
  for (const text of ["", "30", "-1s", "1 s", "1d", "s", "1e3s", "9999999999s", "1s\n", "10S"]) {
    assertEquals(secondsOf(text), undefined, text);
  }
});

Deno.test("durationText() writes what secondsOf() reads", () => {
  for (const seconds of [0, 0.25, 1, 59, 60, 61, 3600, 3661, 86400, 90.5]) {
    assertEquals(secondsOf(durationText(seconds)), seconds, durationText(seconds));
  }
  assertEquals([durationText(0), durationText(90), durationText(3600), durationText(0.5)], [
    "0s",
    "1m30s",
    "1h",
    "0.5s",
  ]);
});
