/** Packets of SFTP, written and read. */
import { assertEquals, assertThrows } from "@std/assert";
import { kindOf, Reader, Writer } from "../../../lib/adapters/sftp/packets.ts";

Deno.test("A packet has its length, its numbers in the network's order and its texts with their lengths", () => {
  const packet = new Writer().byte(5).u32(258).u64(2 ** 33).text("a\u00e9").packet();
  assertEquals([...packet], [0, 0, 0, 20, 5, 0, 0, 1, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 97, 0xc3, 0xa9]);
});

Deno.test("Attributes are read as they were written, and absent ones stay absent", () => {
  for (
    const attributes of [
      {},
      { size: 2 ** 40 },
      { uid: 1, gid: 2 },
      { mode: 0o100644 },
      { size: 1, uid: 0, gid: 0, mode: 0o40755, atime: 1, mtime: 2 },
    ]
  ) {
    const packet = new Writer().attributes(attributes).packet();
    assertEquals(new Reader(packet.subarray(4)).attributes(), attributes);
  }
});

Deno.test("A packet that ends too early is an error, whatever length it claims", () => {
  assertThrows(() => new Reader(Uint8Array.of(0, 0)).u32(), RangeError);
  assertThrows(() => new Reader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1)).bytes(), RangeError);
});

Deno.test("Kinds of files come from their modes, and devices, sockets and FIFOs are others", () => {
  const modes = [0o100644, 0o40755, 0o120777, 0o10644, 0o20666, 0o60660, 0o140755];
  assertEquals(modes.map((mode) => kindOf({ mode })), [
    "file",
    "directory",
    "symlink",
    "other",
    "other",
    "other",
    "other",
  ]);
});
