import { assertEquals } from "@std/assert";
import { shortSizeText, sizeText } from "../../lib/base/sizes.ts";

const SIZES = [0, 1023, 1024, 1536, 10 * 1024, 1 << 30, 5e15];

Deno.test("sizeText() writes sizes as the clients of the daemons do", () => {
  assertEquals(SIZES.map(sizeText), ["0B", "1023B", "1.0KiB", "1.5KiB", "10.0KiB", "1.0GiB", "4.4PiB"]);
});

Deno.test("shortSizeText() writes sizes as du -h and zfs list do", () => {
  assertEquals(SIZES.map(shortSizeText), ["0", "1023", "1.0K", "1.5K", "10K", "1.0G", "4.4P"]);
});
