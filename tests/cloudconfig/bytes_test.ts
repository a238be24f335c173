import { assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { contentOf, gunzip } from "../../lib/cloudconfig/model/encoding.ts";
import { oneLine } from "../../lib/cloudconfig/model/item.ts";
import { sha256 } from "../../lib/cloudconfig/model/sha256.ts";

const bytesOf = (length: number, mask = 255) => new Uint8Array(length).map((_, i) => (i * i * 7 >> 3) & mask);

Deno.test("sha256() returns the same hashes as other implementations", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 70_000]) {
    const bytes = bytesOf(length);
    assertEquals(sha256(bytes), createHash("sha256").update(bytes).digest("hex"), `${length} bytes`);
  }
  assertEquals(sha256("\u00e9"), createHash("sha256").update("\u00e9").digest("hex"));
});

Deno.test("gunzip() unpacks several members, one after another", () => {
  const parts = [gzipSync("one "), gzipSync("two")];
  const packed = new Uint8Array(parts.flatMap((part) => [...part]));
  assertEquals(new TextDecoder().decode(gunzip(packed, 100)), "one two");
});

Deno.test("gunzip() refuses data that is damaged, cut off, too long or something else", () => {
  const packed = new Uint8Array(gzipSync(bytesOf(5000, 31)));
  const damaged = packed.map((byte, index) => index === packed.length - 6 ? byte ^ 1 : byte);
  for (
    const data of [damaged, packed.subarray(0, 40), packed.subarray(0, -1), bytesOf(30), new Uint8Array()]
  ) {
    assertThrows(() => gunzip(data, 100_000), Error);
  }
  const trailing = new Uint8Array([...packed, 1, 2, 3]);
  assertThrows(() => gunzip(trailing, 100_000), Error);
  assertEquals(gunzip(packed, 5000), bytesOf(5000, 31));
  assertThrows(() => gunzip(packed, 4999), RangeError);
});

Deno.test("contentOf() says why content cannot be read", () => {
  assertEquals(contentOf("aGk=\n", "b64"), new TextEncoder().encode("hi"));
  const said = 'The content is not valid base64 despite the encoding "b64"';
  assertEquals(contentOf("abc", "b64"), new Uint8Array([0x69, 0xb7]));
  assertEquals(contentOf("a", "b64"), said);
  assertEquals(contentOf("aGk...", "b64"), `${said}: it has the character "."`);
  assertEquals(
    contentOf("x", "gzip"),
    'The content is not gzip data of at most 64 MiB despite the encoding "gzip"',
  );
  const limit = 64 * 1024 * 1024;
  assertEquals(contentOf(new Uint8Array(gzipSync(new Uint8Array(limit))), "gz").length, limit);
  assertEquals(
    contentOf(new Uint8Array(gzipSync(new Uint8Array(limit + 1))), "gz"),
    'The content is not gzip data of at most 64 MiB despite the encoding "gz"',
  );
});

Deno.test("oneLine() makes any text one line of limited length", () => {
  assertEquals(oneLine(" a\n\tb\u0000c\u2028d "), "a b c d");
  assertEquals(oneLine("\u{1f600}".repeat(9), 5), "\u{1f600}\u{1f600}...");
});
