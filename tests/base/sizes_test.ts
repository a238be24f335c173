import { assertEquals } from "@std/assert";
import { bytesOf, parseSize, shortSizeText, sizeText } from "../../lib/base/sizes.ts";

const SIZES = [0, 1023, 1024, 1536, 10 * 1024, 1 << 30, 5e15];

Deno.test("sizeText() writes sizes as the clients of the daemons do", () => {
  assertEquals(SIZES.map(sizeText), ["0B", "1023B", "1.0KiB", "1.5KiB", "10.0KiB", "1.0GiB", "4.4PiB"]);
});

Deno.test("shortSizeText() writes sizes as du -h and zfs list do", () => {
  assertEquals(SIZES.map(shortSizeText), ["0", "1023", "1.0K", "1.5K", "10K", "1.0G", "4.4P"]);
});

Deno.test("parseSize() reads what users and sizeText() write, and nothing else", () => {
  const texts = ["0", "5", "512B", "1K", "1.5KiB", "500MiB", "2g", "1.5GB", "1 GiB", "4.4PiB"];
  assertEquals(texts.map(parseSize), [
    0,
    5,
    512,
    1024,
    1536,
    500 * 1024 ** 2,
    2 * 1024 ** 3,
    1_500_000_000,
    1024 ** 3,
    Math.floor(4.4 * 1024 ** 5),
  ]);
  assertEquals(["", "x", "-1", "1X", "1e3", "GiB", "1.GiB", "0x10"].map(parseSize), Array(8).fill(undefined));
});

Deno.test("bytesOf() reads what du prints", () => {
  assertEquals(["4096\t/a\n", "x\t/a", ""].map(bytesOf), [[4096], [], []]);
});
