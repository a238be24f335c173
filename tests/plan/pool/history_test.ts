import { assertEquals } from "@std/assert";
import { type Event, impossible } from "../../support/lease_history.ts";

const took = (taker: string, begin: number, end?: number, instance = "a"): Event => ({
  ...{ what: "acquire", taker, begin, instance },
  ...(end === undefined ? {} : { end }),
});
const gave = (taker: string, begin: number, end?: number, instance = "a"): Event => ({
  ...{ what: "release", taker, begin, instance },
  ...(end === undefined ? {} : { end }),
});

Deno.test("impossible() finds a planted double lease, wherever it is", () => {
  const fine = Array.from({ length: 50 }, (_, index) => took(`t${index % 7}`, index, index + 3, `i${index}`));
  assertEquals(impossible(fine), []);
  for (const at of [0, 25, 49]) {
    assertEquals(impossible([...fine, took("thief", at + 1, at + 2, `i${at}`)]), [`i${at}`]);
    // Long after, and given back before: still never handed out again.
    assertEquals(impossible([...fine, took("late", 1000, 1001, `i${at}`)]), [`i${at}`]);
  }
});

Deno.test("impossible() accepts requests that overlap, in the order that is possible", () => {
  const overlapping = [gave("x", 5, 20), took("y", 6, 19), took("x", 1, 4), gave("y", 21, 22)];
  assertEquals(impossible(overlapping, { again: true }), []);
  assertEquals(impossible(overlapping), ["a"]);
  assertEquals(impossible([took("x", 1, 4), took("y", 6, 7), gave("x", 8, 9)], { again: true }), ["a"]);
});

Deno.test("impossible() takes what has no answer for carried out or not", () => {
  assertEquals(impossible([took("killed", 1), took("y", 2, 3)]), []);
  assertEquals(impossible([took("x", 1, 2), gave("x", 3), took("y", 4, 5)], { again: true }), []);
  assertEquals(impossible([took("x", 1, 2), gave("x", 6), took("y", 4, 5)], { again: true }), ["a"]);
  assertEquals(impossible([gave("y", 1, 2), took("x", 3, 4)], { again: true }), ["a"]);
});
