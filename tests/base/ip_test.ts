import { assertEquals } from "@std/assert";
import { isInNetwork, isInRanges, isSameIp, parseIp } from "../../lib/base/ip.ts";

Deno.test("parseIp() takes addresses and nothing else", () => {
  for (const text of ["0.0.0.0", "10.0.0.255", "::", "::1", "fd42::5", "1:2:3:4:5:6:7:8"]) {
    assertEquals(parseIp(text) === undefined, false, text);
  }
  for (
    const text of [
      "",
      "10.0.0",
      "10.0.0.256",
      "010.0.0.1",
      "1::2::3",
      ":1",
      "1:2:3:4:5:6:7:8:9",
      "x",
      "::g",
      "10.0.0.1/24",
    ]
  ) {
    assertEquals(parseIp(text), undefined, text);
  }
});

Deno.test("addresses are compared by their value", () => {
  assertEquals(isSameIp("fd42::5", "FD42:0:0:0:0:0:0:5"), true);
  assertEquals(isSameIp("::", "0.0.0.0"), false);
  assertEquals(isSameIp("x", "x"), false);
});

Deno.test("an address is in a network or not", () => {
  const inside = (text: string, network: string) => isInNetwork(parseIp(text)!, network);
  assertEquals(inside("10.0.0.255", "10.0.0.1/24"), true);
  assertEquals(inside("10.0.1.0", "10.0.0.1/24"), false);
  assertEquals(inside("fd42::5", "fd42::1/64"), true);
  assertEquals(inside("fd43::5", "fd42::1/64"), false);
  assertEquals(inside("10.0.0.5", "none"), false);
  assertEquals(inside("10.0.0.5", "0.0.0.0/0"), true);
});

Deno.test("an address is in one of some ranges or not", () => {
  const ranges = "10.0.0.2-10.0.0.9, 10.0.0.20-10.0.0.29";
  assertEquals(
    ["10.0.0.2", "10.0.0.9", "10.0.0.29"].every((text) => isInRanges(parseIp(text)!, ranges)),
    true,
  );
  assertEquals(
    ["10.0.0.1", "10.0.0.10", "fd42::5"].some((text) => isInRanges(parseIp(text)!, ranges)),
    false,
  );
});
