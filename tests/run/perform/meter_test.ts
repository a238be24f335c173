import { assertEquals } from "@std/assert";
import type { RunEvent } from "../../../lib/run/events.ts";
import { meter } from "../../../lib/run/perform/meter.ts";

function metered() {
  const events: RunEvent[] = [];
  return { ...meter("tank/a@s", "a", (event) => events.push(event)), texts: () => events.map(textOf) };
}

function textOf(event: RunEvent): string {
  return event.kind === "progress" ? event.text : event.kind;
}

Deno.test("meter() tells how many bytes have passed, not more often than for each MiB", () => {
  const { bytes, texts } = metered();
  for (let count = 0; count <= 3 << 20; count += 65536) bytes(count);
  assertEquals(texts(), ["tank/a@s: 1.0MiB", "tank/a@s: 2.0MiB", "tank/a@s: 3.0MiB"]);
});

Deno.test("meter() begins again with a stream that is sent again", () => {
  const { bytes, texts } = metered();
  bytes(5 << 20);
  bytes(100);
  bytes(2 << 20);
  assertEquals(texts(), ["tank/a@s: 5.0MiB", "tank/a@s: 2.0MiB"]);
});

Deno.test("meter() reads rsync's progress, and no other line", () => {
  const { line, texts } = metered();
  assertEquals(line("     12,345,678  45%   10.00MB/s    0:00:01 (xfr#1, to-chk=0/2)"), true);
  assertEquals(line("rsync: 12 files vanished"), false);
  assertEquals(texts(), ["tank/a@s: 11.8MiB"]);
});
