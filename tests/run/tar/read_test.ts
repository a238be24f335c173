import { assertEquals, assertRejects } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import { fromBinary, TarReader, toBinary } from "../../../lib/run/tar/read.ts";
import { archiveOf, bytes, chunks, gather, headerOf } from "./archives.ts";

Deno.test("TarReader reads what writeHeader() writes, whatever the size of its chunks", async () => {
  const long = "a/".repeat(80);
  const specs = [
    { path: "dir", type: "5", mode: 0o1777, uid: 5, gid: 6, mtime: "12" },
    { path: "file", data: bytes("x".repeat(1500)), mode: 0o4755, mtime: "981173106.789" },
    { path: `${long}f`, uid: 3_000_000, gid: 4_000_000_000, attributes: { "SCHILY.xattr.user.a": "1\0\n2" } },
    { path: "link", type: "2", linkPath: `${long}target` },
    { path: "null", type: "3", major: 1, minor: 3 },
    { path: "\xff\xfe odd\nname" },
  ];
  for (const size of [1, 511, 512, 100_000]) {
    const reader = new TarReader(chunks(archiveOf(specs), size));
    for (const spec of specs) {
      assertEquals(await reader.next(), headerOf(spec));
      if (spec.data) assertEquals(await gather(reader.data()), spec.data);
    }
    assertEquals(await reader.next(), undefined);
  }
});

Deno.test("TarReader skips data that is not read, or only in part", async () => {
  const data = bytes("y".repeat(5000));
  const reader = new TarReader(chunks(archiveOf([{ path: "a", data }, { path: "b", data }, { path: "c" }])));
  assertEquals((await reader.next())?.path, "a");
  assertEquals((await reader.next())?.path, "b");
  for await (const _ of reader.data()) break;
  assertEquals((await reader.next())?.path, "c");
});

Deno.test("TarReader reads archives of GNU tar with long names, large ids and extended attributes", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const name = "n".repeat(150);
    await Deno.writeTextFile(`${directory}/${name}`, "text");
    await Deno.symlink("t".repeat(150), `${directory}/soft`);
    for (const format of ["gnu", "pax"]) {
      const { stdout } = await new Deno.Command("tar", {
        args: ["-c", `--format=${format}`, "--owner=:4000000", "--group=:5000000", "-C", directory, "."],
      }).output();
      const reader = new TarReader(chunks(stdout));
      const found = new Map<string, readonly unknown[]>();
      for (let header = await reader.next(); header; header = await reader.next()) {
        const data = toBinary(await gather(reader.data()));
        found.set(header.path, [header.type, header.uid, header.gid, header.linkPath, data]);
      }
      assertEquals(found.get(`./${name}`), ["0", 4_000_000, 5_000_000, "", "text"]);
      assertEquals(found.get("./soft"), ["2", 4_000_000, 5_000_000, "t".repeat(150), ""]);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("TarReader names an archive that is damaged or cut off", async () => {
  const whole = archiveOf([{ path: "a", data: bytes("z".repeat(2000)) }]);
  const damaged = whole.slice();
  damaged[3] = 1;
  await assertRejects(() => new TarReader(chunks(damaged)).next(), LxopsError, "is damaged");
  const reader = new TarReader(chunks(whole.subarray(0, 1800)));
  await reader.next();
  await assertRejects(() => reader.next(), LxopsError, "ends in the middle");
  const records = archiveOf([{ path: "x", type: "x", data: bytes("99 path=q\n") }, { path: "a" }]);
  await assertRejects(() => new TarReader(chunks(records)).next(), LxopsError, "is damaged");
  const holes = archiveOf([{ path: "x", type: "x", data: bytes("22 GNU.sparse.major=1\n") }, { path: "a" }]);
  await assertRejects(() => new TarReader(chunks(holes)).next(), LxopsError, "holes");
});

Deno.test("toBinary() and fromBinary() keep every byte", () => {
  const all = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
  assertEquals(fromBinary(toBinary(all)), all);
});
