import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeFrame, FrameReader, OPCODE } from "../../../lib/adapters/transport/frames.ts";
import { serverFrame, takeClientFrame } from "../../fakes/server_frames.ts";
import { workTime } from "../../support/work_time.ts";

const sizes = [0, 1, 125, 126, 65535, 65536, 200_000];

function bytes(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => index * 7 % 251);
}

Deno.test("encodeFrame() masks messages of every size so that a server reads them back", () => {
  for (const size of sizes) {
    const taken = takeClientFrame(encodeFrame(OPCODE.binary, bytes(size)));
    assertEquals(taken?.frame, { opcode: OPCODE.binary, payload: bytes(size) });
    assertEquals(taken?.rest.length, 0);
  }
});

Deno.test("encodeFrame() masks each frame differently", () => {
  const masks = new Set(Array.from({ length: 20 }, () => encodeFrame(OPCODE.text, bytes(0)).slice(2).join()));
  assertEquals(masks.size, 20);
});

Deno.test("FrameReader reads frames of every size in one chunk", () => {
  const stream = sizes.flatMap((size) => [...serverFrame(OPCODE.binary, bytes(size))]);
  const frames = new FrameReader().push(new Uint8Array(stream));
  assertEquals(frames.map((frame) => frame.payload.length), sizes);
  assertEquals(frames.map((frame) => frame.payload), sizes.map(bytes));
});

Deno.test("FrameReader puts frames together from single bytes", () => {
  const stream = [...serverFrame(OPCODE.text, "one"), ...serverFrame(OPCODE.binary, bytes(300), false)];
  const reader = new FrameReader();
  const frames = stream.flatMap((byte) => [...reader.push(new Uint8Array([byte]))]);
  assertEquals(frames.map(({ opcode, last, payload }) => [opcode, last, payload.length]), [
    [OPCODE.text, true, 3],
    [OPCODE.binary, false, 300],
  ]);
});

Deno.test("FrameReader refuses frames that no server sends", () => {
  const masked = encodeFrame(OPCODE.text, bytes(3));
  assertThrows(() => new FrameReader().push(masked), RangeError, "not a websocket's frame");
  assertThrows(() => new FrameReader().push(new TextEncoder().encode("HTTP/1.1 400")), RangeError);
  const huge = new Uint8Array([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]);
  assertThrows(() => new FrameReader().push(huge), RangeError, "1099511627776 bytes");
});

Deno.test("FrameReader takes a frame of 8 MiB in small pieces in less than a second of work", () => {
  const frame = serverFrame(OPCODE.binary, new Uint8Array(8 * 1024 * 1024));
  const reader = new FrameReader();
  const start = workTime();
  let size = 0;
  for (let at = 0; at < frame.length; at += 8192) {
    for (const { payload } of reader.push(frame.subarray(at, at + 8192))) size += payload.length;
  }
  assertEquals(size, 8 * 1024 * 1024);
  assert(workTime() - start < 1000);
});
