import { assertEquals } from "@std/assert";
import { stripped, withoutChannel } from "../../scripts/build/strip.ts";

/** A program of 300 bytes: 200 are loaded, the rest is symbols and the table of sections. */
function program(): Uint8Array {
  const bytes = new Uint8Array(300).fill(7);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(32, 64n, true);
  view.setBigUint64(40, 250n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
  view.setUint16(60, 3, true);
  view.setUint16(62, 2, true);
  for (const [at, offset, size] of [[64, 0n, 176n], [120, 176n, 24n]] as const) {
    view.setBigUint64(at + 8, offset, true);
    view.setBigUint64(at + 32, size, true);
  }
  return bytes;
}

Deno.test("stripped() keeps all that is loaded of a program, and nothing else", () => {
  const [before, after] = [program(), stripped(program())];
  assertEquals(after.length, 200);
  const view = new DataView(after.buffer);
  assertEquals([view.getBigUint64(40, true), view.getUint16(60, true), view.getUint16(62, true)], [0n, 0, 0]);
  const rest = (
    bytes: Uint8Array,
  ) => [...bytes.slice(0, 40), ...bytes.slice(48, 60), ...bytes.slice(64, 200)];
  assertEquals(rest(after), rest(before));
});

Deno.test("stripped() does not change a file that is no program", () => {
  const text = new TextEncoder().encode("#!/bin/sh\n".repeat(20));
  assertEquals(stripped(text), text);
});

Deno.test("withoutChannel() renames a variable of the environment, and moves nothing", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const before = new TextEncoder().encode("NODE_X from NODE_CHANNEL_FD (NODE_CHANNEL_FDNODE_CHANNEL_SERIAL");
  assertEquals(
    text(withoutChannel(before)),
    "NODE_X from LXOPS_NO_IPC_FD (LXOPS_NO_IPC_FDNODE_CHANNEL_SERIAL",
  );
});
