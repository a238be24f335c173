import { assertEquals } from "@std/assert";
import { PassedOutput } from "../../../lib/cli/output/passed_output.ts";
import type { RunEvent } from "../../../lib/run/events.ts";

type Stream = "stdout" | "stderr";

const encoder = new TextEncoder();

function bytes(text: string, stream: Stream = "stdout", instance = "a"): RunEvent {
  return { kind: "bytes", instance, bytes: encoder.encode(text), stream };
}

function done(instance = "a"): RunEvent {
  return { kind: "item-done", instance, title: "Run it", skipped: false };
}

/** The writes for events, one each; `-` is a cleared terminal line. */
function written(
  events: readonly RunEvent[],
  { several = false, terminal = false, addresses = false, secret = "" } = {},
): string[] {
  const writes: string[] = [];
  const outlet = (name: string) => ({
    write: (bytes: Uint8Array) => void writes.push(`${name} ${new TextDecoder("latin1").decode(bytes)}`),
    isTerminal: terminal,
  });
  const output = new PassedOutput({
    stdout: outlet("out"),
    stderr: outlet("err"),
    several,
    addresses,
    before: () => void writes.push("-"),
    mask: () => secret === "" ? undefined : (text) => text.replaceAll(secret, "***"),
  });
  for (const event of events) output.report(event);
  return writes;
}

Deno.test("PassedOutput passes on the bytes of one instance as they are where stdout is no terminal", () => {
  const raw: RunEvent = {
    kind: "bytes",
    instance: "a",
    bytes: Uint8Array.of(0xff, 0x1b, 0x0d),
    stream: "stdout",
  };
  assertEquals(written([bytes("x\r\ny"), raw, done()]), ["out x\r\ny", "out \u00ff\u001b\r"]);
});

Deno.test("PassedOutput keeps the errors of one instance in lines, so that progress has lines of its own", () => {
  assertEquals(written([bytes("a\nb\nc\u001b", "stderr"), done()]), [
    "-",
    "err a\nb\n",
    "-",
    "err c\u001b\n",
  ]);
});

Deno.test("PassedOutput begins each line of several instances with the name of its instance", () => {
  const events = [
    bytes("x\ny"),
    bytes("1\n2\n", "stdout", "b"),
    bytes("z\n"),
    bytes("q"),
    done("b"),
    done("a"),
  ];
  assertEquals(written(events, { several: true }).filter((one) => one !== "-"), [
    "out a: x\n",
    "out b: 1\nb: 2\n",
    "out a: yz\n",
    "out a: q\n",
  ]);
});

Deno.test("PassedOutput shows no control character on a terminal, and clears the line of progress first", () => {
  assertEquals(written([bytes("\u001b[2Jx\ty\r\n\u009b\u202eq"), done()], { terminal: true }), [
    "-",
    "out \\x1b[2Jx\ty\n",
    "-",
    "out \\x9b\\u202eq\n",
  ]);
});

Deno.test("PassedOutput passes text without an end of line on in pieces", () => {
  const lines = written([bytes("x".repeat(200_000)), done()], { several: true }).filter((one) => one !== "-");
  assertEquals(lines.map((line) => line.length), [3 * 65536 + 3 * 4 + 4, 200_000 - 3 * 65536 + 4 + 4]);
});

Deno.test("PassedOutput prints addresses where they are asked for", () => {
  const event: RunEvent = { kind: "address", instance: "a", address: "10.0.0.7" };
  assertEquals(written([event]), []);
  assertEquals(written([event], { addresses: true }), ["out 10.0.0.7\n"]);
  assertEquals(written([event], { addresses: true, several: true }), ["-", "out a: 10.0.0.7\n"]);
});

/** The start and the end of the step that applies items. */
const [applies, applied] = ["start", "done"].map((kind) =>
  ({ kind, instance: "a", step: { title: "", effect: { kind: "batch" } }, seconds: 0 }) as unknown as RunEvent
);

Deno.test("PassedOutput shows no secret in lines of items, also where one comes in pieces or without an end", () => {
  const events = [applies!, bytes("a pass"), bytes("word b\r\nc"), bytes(" password"), applied!];
  assertEquals(written(events, { secret: "password" }), ["out a *** b\r\n", "out c ***"]);
  assertEquals(written([applies!, bytes("password\n", "stderr"), applied!], { secret: "password" }), [
    "-",
    "err ***\n",
  ]);
  assertEquals(written(events, { secret: "password", several: true }), [
    "-",
    "out a: a *** b\r\n",
    "-",
    "out a: c ***\n",
  ]);
  const long = "x".repeat(70_000);
  assertEquals(
    written([applies!, bytes(`${long}\n`), applied!], { secret: "password" }).map((one) => one.slice(4)).join(
      "",
    ),
    `${long}\n`,
  );
});

Deno.test("PassedOutput shows no secret in what a check of an image prints", () => {
  const effect = { kind: "exec", masks: true };
  const begins = { kind: "start", instance: "a", step: { title: "", effect } } as unknown as RunEvent;
  const other = { ...begins, step: { title: "", effect: { kind: "exec" } } } as unknown as RunEvent;
  const events = [begins, bytes("a password\n"), applied!, other, bytes("a password\n")];
  assertEquals(written(events, { secret: "password" }), ["out a ***\n", "out a password\n"]);
});

Deno.test("PassedOutput leaves output of other steps as it is, and that of items where there are no secrets", () => {
  assertEquals(written([bytes("a pass"), bytes("word")], { secret: "password" }), ["out a pass", "out word"]);
  assertEquals(written([applies!, bytes("a pass"), applied!]), ["out a pass"]);
});
