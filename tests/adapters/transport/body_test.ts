import { assertEquals } from "@std/assert";
import { inTime, piecesOf, StalledError } from "../../../lib/adapters/transport/body.ts";
import { rejection } from "../../support/rejection.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function sizeOf(body: ReadableStream<Uint8Array<ArrayBuffer>>, silenceMs: number, pauseMs = 0) {
  let size = 0;
  for await (const bytes of piecesOf(body, silenceMs)) {
    size += bytes.length;
    if (pauseMs > 0) await pause(pauseMs);
  }
  return size;
}

Deno.test("piecesOf() gives up a body in whose middle nothing comes", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new Uint8Array(5)),
    cancel: () => void (cancelled = true),
  });
  assertEquals((await rejection(sizeOf(body, 100), StalledError)).message, "nothing came for 0.1 s");
  assertEquals(cancelled, true);
});

Deno.test("inTime() gives up a body that does not come", async () => {
  assertEquals(await inTime(Promise.resolve("text"), 100), "text");
  const error = await rejection(inTime(new Promise(() => {}), 100), StalledError);
  assertEquals(error.message, "nothing came for 0.1 s");
});

Deno.test("piecesOf() gives a slow reader the time that it takes", async () => {
  const body = ReadableStream.from([1, 2, 3].map((size) => new Uint8Array(size)));
  assertEquals(await sizeOf(body, 50, 150), 6);
});

Deno.test("piecesOf() takes a body that is slow but never silent for too long", async () => {
  async function* slow() {
    for (let count = 0; count < 5; count++) {
      await pause(60);
      yield new Uint8Array(1);
    }
  }
  assertEquals(await sizeOf(ReadableStream.from(slow()), 200), 5);
});

Deno.test("piecesOf() cancels a body that is not read to its end", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new Uint8Array(5)),
    cancel: () => void (cancelled = true),
  });
  for await (const _ of piecesOf(body)) break;
  assertEquals(cancelled, true);
});
