import { assertEquals } from "@std/assert";
import { MARK } from "../../../lib/cloudconfig/batch/batch.ts";
import { batchReader } from "../../../lib/cloudconfig/batch/reader.ts";

const batch = {
  items: [{ title: "a" }, { title: "b", prints: true }, { title: "c" }],
  marker: "m1",
} as const;

type Stream = "stdout" | "stderr";

/** Reads pieces of output, in which `@` begins a marker; those that begin with `!` come from stderr. */
function read(...pieces: string[]): string[] {
  const reader = batchReader(batch);
  const encoder = new TextEncoder();
  const events = pieces.flatMap((piece) => {
    const stream: Stream = piece.startsWith("!") ? "stderr" : "stdout";
    const bytes = encoder.encode(piece.replace(/^!/, "").replaceAll("@", MARK));
    return show(reader.push(bytes, stream));
  });
  return [...events, ...show(reader.end())];
}

function show(events: ReturnType<ReturnType<typeof batchReader>["push"]>): string[] {
  return events.map((event) => {
    switch (event.kind) {
      case "output":
        return `${event.item ?? "-"}: ${event.line.replaceAll(MARK, "@")}`;
      case "printed": {
        const text = new TextDecoder().decode(event.bytes).replaceAll(MARK, "@");
        return `${event.item} ${event.stream}: ${JSON.stringify(text)}`;
      }
      case "end":
        return `end ${event.item} ${event.code} ${event.seconds ?? "-"}`;
      case "start":
      case "skip":
        return `${event.kind} ${event.item}`;
    }
  });
}

Deno.test("batchReader() turns markers into events and gives output to the item that runs", () => {
  assertEquals(read("early\n@m1 start 0\nx\n@m1 end 0 0 3\n@m1 skip 1\nlate\n"), [
    "-: early",
    "start 0",
    "0: x",
    "end 0 0 3",
    "skip 1",
    "-: late",
  ]);
});

Deno.test("batchReader() adds nothing to output and takes nothing from it", () => {
  assertEquals(read("@m1 start 0\nwhole\n\n@m1 end 0 0 0.05\n@m1 start 1\n\nhalf@m1 end 1 7 -\n"), [
    "start 0",
    "0: whole",
    "0: ",
    "end 0 0 0.05",
    "start 1",
    '1 stdout: "\\nhalf"',
    "end 1 7 -",
  ]);
});

Deno.test("batchReader() reads the same whatever pieces the output comes in", () => {
  const text =
    "early\n@m1 start 0\nx@@m1 end 0 0 3\n@m1 start 1\na@m1 b\n@m1 end 1 0 -\n@m1 start 2\ny@m1 end 2 0 1\n@m";
  const whole = [
    "-: early",
    "start 0",
    "0: x@",
    "end 0 0 3",
    "start 1",
    "end 1 0 -",
    "start 2",
    "0",
    "end 2 0 1",
  ];
  const marks = (events: string[]) => events.filter((event) => !/^[-\d]/.test(event));
  const printed = (events: string[]) =>
    events.flatMap((event) => /^1 stdout: (.*)$/.exec(event)?.[1] ?? []).map((one) => JSON.parse(one)).join(
      "",
    );
  for (let size = 1; size < text.length; size++) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    const events = read(...pieces);
    assertEquals(marks(events), marks(whole), `in pieces of ${size}`);
    assertEquals(printed(events), "a@m1 b\n", `in pieces of ${size}`);
    assertEquals(events.filter((event) => /^[-02]:/.test(event)), ["-: early", "0: x@", "2: y", "-: @m"]);
  }
});

Deno.test("batchReader() has a command's errors apart, and passes on bytes that are no text", () => {
  assertEquals(
    read(
      "@m1 skip 0\n@m1 start 1\nout",
      "!@m1 start 1\nwrong\n",
      "more",
      "!late@m1 end 1 0 1\nshell",
      "@m1 end 1 0 1\n",
    ),
    [
      "skip 0",
      "start 1",
      '1 stdout: "out"',
      '1 stderr: "wrong\\n"',
      '1 stdout: "more"',
      '1 stderr: "late"',
      "end 1 0 1",
      "-: shell",
    ],
  );
  const reader = batchReader(batch);
  reader.push(new TextEncoder().encode(`${MARK}m1 skip 0\n${MARK}m1 start 1\n`), "stdout");
  assertEquals(reader.push(new Uint8Array([0xff, 0, 0x0d, 0x0a]), "stdout"), [
    { kind: "printed", item: 1, bytes: new Uint8Array([0xff, 0, 0x0d, 0x0a]), stream: "stdout" },
  ]);
});

Deno.test("batchReader() treats other lines as output", () => {
  const strange = [
    "@m2 start 0",
    "@m1 start 1",
    "@m1 end 0 0 1",
    "@m1 begin 0",
    "@m1 start 0 0 0",
    "m1 start 0",
    "@m1 end 0",
    `@m1 ${"x".repeat(100)}`,
  ];
  assertEquals(read(`${strange.join("\n")}\n`), strange.map((line) => `-: ${line}`));
  assertEquals(read("@m1 start 0\n@m1 start 1\n@m1 skip 0\n@m1 end 1 0 0\n"), [
    "start 0",
    "0: @m1 start 1",
    "0: @m1 skip 0",
    "0: @m1 end 1 0 0",
  ]);
  assertEquals(
    read("!@m1 start 0\n@m1 skip 1\n@m1 end 1 0 0\n"),
    [
      "-: @m1 skip 1",
      "-: @m1 end 1 0 0",
    ].map((event) => event.replace("-", "0")),
  );
});
