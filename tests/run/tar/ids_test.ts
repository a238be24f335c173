import { assertEquals, assertThrows } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import type { HostIds } from "../../../lib/plan/instance/idmap.ts";
import { hostId, shiftHeader } from "../../../lib/run/tar/ids.ts";
import { fromBinary, toBinary } from "../../../lib/run/tar/read.ts";
import { headerOf } from "./archives.ts";

const RANGES: HostIds = {
  kind: "ranges",
  ranges: [
    { uid: true, gid: false, from: 0, to: 1_000_000, count: 1000 },
    { uid: true, gid: false, from: 1000, to: 1000, count: 1 },
    { uid: false, gid: true, from: 0, to: 2_000_000, count: 65536 },
  ],
};

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

Deno.test("hostId() takes the range that an id is in", () => {
  assertEquals(hostId(RANGES, "uid", 999), 1_000_999);
  assertEquals(hostId(RANGES, "uid", 1000), 1000);
  assertEquals(hostId(RANGES, "uid", 1001), undefined);
  assertEquals(hostId(RANGES, "gid", 1001), 2_001_001);
  assertEquals(hostId({ kind: "same" }, "gid", 7), 7);
  assertEquals(hostId({ kind: "offset", uid: 10, gid: 20 }, "gid", 7), 27);
});

Deno.test("shiftHeader() shifts owners and attributes, and names what no id map has", () => {
  const header = headerOf({
    path: "file",
    uid: 5,
    gid: 6,
    attributes: {
      "SCHILY.xattr.security.capability": toBinary(unhex("01000002" + "00".repeat(16))),
      "SCHILY.xattr.user.note": "kept",
    },
  });
  const shifted = shiftHeader(header, RANGES);
  assertEquals([shifted.uid, shifted.gid], [1_000_005, 2_000_006]);
  assertEquals(shifted.attributes.get("SCHILY.xattr.user.note"), "kept");
  assertEquals(
    hex(fromBinary(shifted.attributes.get("SCHILY.xattr.security.capability")!)),
    "01000003" + "00".repeat(16) + "40420f00",
  );
  assertEquals(shiftHeader(header, { kind: "same" }), header);
  assertThrows(
    () => shiftHeader({ ...header, uid: 70_000 }, RANGES),
    LxopsError,
    '"/file" of the image is of uid 70000',
  );
});
