import { assertEquals, assertRejects } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { lookFor } from "../../../lib/run/doctor/look.ts";

Deno.test("lookFor() returns the result, or the reason why there is none", async () => {
  assertEquals(await lookFor(5, "it", () => Promise.resolve(7)), { found: 7 });
  assertEquals(await lookFor(5, "it", () => Promise.reject(new ServerError("no"))), {
    problem: "no",
    late: false,
  });
  assertEquals(await lookFor(5, "it", () => Deno.readTextFile("/nonexistent")).then(Object.keys), [
    "problem",
    "late",
  ]);
});

Deno.test("lookFor() does not wait without an answer, and aborts its signal", async () => {
  const ended = Promise.withResolvers<void>();
  const start = performance.now();
  const found = await lookFor(0.05, "Incus", (signal) => {
    signal.addEventListener("abort", () => ended.resolve());
    return new Promise(() => {});
  });
  assertEquals(found, { problem: "Incus did not answer within 0.05 s", late: true });
  assertEquals(performance.now() - start < 2_000, true);
  await ended.promise;
});

Deno.test("lookFor() does not hide a defect", async () => {
  await assertRejects(() => lookFor(5, "it", () => Promise.reject(new TypeError("a defect"))), TypeError);
});
