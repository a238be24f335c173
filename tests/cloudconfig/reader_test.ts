import { assertEquals } from "@std/assert";
import { MARK } from "../../lib/cloudconfig/batch.ts";
import { batchReader } from "../../lib/cloudconfig/reader.ts";

const batch = { items: [{ title: "a" }, { title: "b" }], marker: "m1" } as const;

function read(...lines: string[]): string[] {
  const reader = batchReader(batch);
  return lines.flatMap((line) => reader(line.replaceAll("@", MARK), "stdout")).map((event) => {
    switch (event.kind) {
      case "output":
        return `${event.item ?? "-"}: ${event.line.replaceAll(MARK, "@")}`;
      case "end":
        return `end ${event.item} ${event.code} ${event.seconds ?? "-"}`;
      case "start":
      case "skip":
        return `${event.kind} ${event.item}`;
    }
  });
}

Deno.test("batchReader() turns marker lines into events and gives output to the item that runs", () => {
  assertEquals(read("early", "@m1 start 0", "x", "@m1 end 0 0 3", "@m1 skip 1", "late"), [
    "-: early",
    "start 0",
    "0: x",
    "end 0 0 3",
    "skip 1",
    "-: late",
  ]);
});

Deno.test("batchReader() drops the newline that a marker starts with, and no other", () => {
  assertEquals(
    read("", "@m1 start 0", "whole", "", "@m1 end 0 0 0.05", "", "@m1 start 1", "", "half", "@m1 end 1 7 -"),
    [
      "start 0",
      "0: whole",
      "end 0 0 0.05",
      "start 1",
      "1: ",
      "1: half",
      "end 1 7 -",
    ],
  );
  assertEquals(read("", "@m1 start 0", "a", "", "", "@m1 end 0 0 1", ""), [
    "start 0",
    "0: a",
    "0: ",
    "end 0 0 1",
  ]);
  assertEquals(read("", "@m1 start 0", "half @m1 end 0 0 1"), ["start 0", "0: half @m1 end 0 0 1"]);
});

Deno.test("batchReader() takes what does not fit for output", () => {
  const strange = [
    "@m2 start 0",
    "@m1 start 1",
    "@m1 end 0 0 1",
    "@m1 begin 0",
    "@m1 start 0 0 0",
    "m1 start 0",
    "@m1 end 0",
  ];
  assertEquals(read(...strange), strange.map((line) => `-: ${line}`));
  assertEquals(read("@m1 start 0", "@m1 start 1", "@m1 skip 0", "@m1 end 1 0 0"), [
    "start 0",
    "0: @m1 start 1",
    "0: @m1 skip 0",
    "0: @m1 end 1 0 0",
  ]);
});
