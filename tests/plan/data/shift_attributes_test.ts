import { assertEquals } from "@std/assert";
import { shiftAcl, shiftAttributes, shiftCapability } from "../../../lib/plan/data/shift_attributes.ts";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const add = (_: "uid" | "gid", id: number) => id + 1_000_000;

Deno.test("shiftCapability() makes every version one that names the container's root", () => {
  const data = "0020000000000000" + "0000000000000000";
  const shifted = "01000003" + data + "40420f00";
  assertEquals(hex(shiftCapability(unhex("01000002" + data), add)), shifted);
  assertEquals(hex(shiftCapability(unhex("01000003" + data + "00000000"), add)), shifted);
  assertEquals(
    hex(shiftCapability(unhex("01000003" + data + "0a000000"), add)),
    "01000003" + data + "4a420f00",
  );
  assertEquals(hex(shiftCapability(unhex("010000010020000000000000"), add)), shifted);
  for (const strange of ["", "01000002", "01000009" + data]) {
    assertEquals(hex(shiftCapability(unhex(strange), add)), strange);
  }
});

Deno.test("shiftAcl() changes the ids of named users and groups, and no others", () => {
  const acl = (user: string, group: string) =>
    "02000000" + "01000600ffffffff" + `02000600${user}` + "04000400ffffffff" + `08000500${group}` +
    "10000600ffffffff" + "20000400ffffffff";
  assertEquals(hex(shiftAcl(unhex(acl("e9030000", "05000000")), add)), acl("29460f00", "45420f00"));
  for (const strange of ["", "01000000", "02000000aa"]) {
    assertEquals(hex(shiftAcl(unhex(strange), add)), strange);
  }
});

const CAP2 = "0100000200200000" + "00".repeat(12);
const CAP3 = "0100000300200000" + "00".repeat(12) + "40420f00";

Deno.test("shiftAttributes() keeps what has other ids, and all capabilities where those are lost", () => {
  const below = (kind: "uid" | "gid", id: number) => id < 1_000_000 ? add(kind, id) : id;
  const dump = [
    `# file: /d/a b\nsecurity.capability=0x${CAP2}\nuser.note=0x00\n`,
    `# file: /d/done\nsecurity.capability=0x${CAP3}\n`,
    "# file: /d/acl\nsystem.posix_acl_default=0x0200000002000600e9030000\n",
    "# file: /d/none\nsystem.posix_acl_access=0x0200000001000600ffffffff\n",
    "",
  ].join("\n");
  const first = `# file: /d/a b\nsecurity.capability=0x${CAP3}\n`;
  const acl = "# file: /d/acl\nsystem.posix_acl_default=0x020000000200060029460f00\n";
  assertEquals(shiftAttributes(dump, below, false), `${first}\n${acl}`);
  assertEquals(
    shiftAttributes(dump, below, true),
    `${first}\n# file: /d/done\nsecurity.capability=0x${CAP3}\n\n${acl}`,
  );
  assertEquals(shiftAttributes("", below, true), "");
});
