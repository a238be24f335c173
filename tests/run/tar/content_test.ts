import { assert, assertEquals, assertRejects } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import type { HostIds } from "../../../lib/plan/instance/idmap.ts";
import { directoryContent } from "../../../lib/run/tar/content.ts";
import { TarReader, toBinary } from "../../../lib/run/tar/read.ts";
import { archiveOf, bytes, chunks, type EntrySpec, gather } from "./archives.ts";

const ROOT = "backup/container/rootfs";
const BASE: HostIds = { kind: "offset", uid: 1_000_000, gid: 1_000_000 };

interface Taken {
  /** Kind, name and what is special of each entry. */
  readonly entries: readonly string[];
  readonly notes: readonly string[];
  /** The number of requests for the archive. */
  readonly opened: number;
}

async function take(path: string, specs: readonly EntrySpec[], ids: HostIds = BASE): Promise<Taken> {
  const inside = specs.map((spec) => ({
    ...spec,
    path: `${ROOT}/${spec.path}`.replace(/\/$/, ""),
    ...(spec.type === "1" ? { linkPath: `${ROOT}/${spec.linkPath}` } : {}),
  }));
  const archive = archiveOf([{ path: "backup/index.yaml", data: bytes("x") }, ...inside]);
  const notes: string[] = [];
  let opened = 0;
  const open = () => {
    opened++;
    return Promise.resolve(chunks(archive));
  };
  const content = directoryContent({ path, ids, open, note: (text) => notes.push(text) });
  const reader = new TarReader(chunks(await gather(content)));
  const entries: string[] = [];
  for (let header = await reader.next(); header; header = await reader.next()) {
    const data = toBinary(await gather(reader.data()));
    const more = header.type === "1" || header.type === "2" ? ` -> ${header.linkPath}` : data && ` ${data}`;
    entries.push(`${header.type} ${header.path} ${header.uid}:${header.gid}${more}`);
  }
  return { entries, notes, opened };
}

const dir = (path: string): EntrySpec => ({ path, type: "5", mode: 0o755 });
const file = (path: string, text: string): EntrySpec => ({ path, data: bytes(text) });
const soft = (path: string, linkPath: string): EntrySpec => ({ path, type: "2", linkPath });
const hard = (path: string, linkPath: string): EntrySpec => ({ path, type: "1", linkPath });

Deno.test("directoryContent() takes a directory and nothing beside it", async () => {
  const { entries, notes, opened } = await take("/srv/www", [
    dir(""),
    dir("srv"),
    file("srv/other", "no"),
    { ...dir("srv/www"), uid: 5, gid: 6 },
    file("srv/www/a", "one"),
    soft("srv/www/b", "/etc/passwd"),
    { path: "srv/www/c", type: "6" },
    dir("srv/www2"),
  ]);
  assertEquals(entries, [
    "5 . 1000005:1000006",
    "0 ./a 1000000:1000000 one",
    "2 ./b 1000000:1000000 -> /etc/passwd",
    "6 ./c 1000000:1000000",
  ]);
  assertEquals([notes, opened], [[], 1]);
});

Deno.test("directoryContent() takes the whole instance where that is asked for", async () => {
  const { entries } = await take("/", [dir(""), dir("etc"), file("etc/a", "x")]);
  assertEquals(entries.map((entry) => entry.split(" ")[1]), [".", "./etc", "./etc/a"]);
});

Deno.test("directoryContent() keeps hard links, and takes the data of those whose file is elsewhere", async () => {
  const { entries, opened } = await take("/srv", [
    dir(""),
    file("elsewhere", "text"),
    dir("srv"),
    file("srv/a", "own"),
    hard("srv/b", "srv/a"),
    hard("srv/c", "elsewhere"),
    hard("srv/d", "elsewhere"),
  ]);
  assertEquals(entries, [
    "5 . 1000000:1000000",
    "0 ./a 1000000:1000000 own",
    "1 ./b 1000000:1000000 -> ./a",
    "0 ./c 1000000:1000000 text",
    "1 ./d 1000000:1000000 -> ./c",
  ]);
  assertEquals(opened, 2);
});

Deno.test("directoryContent() follows links of the image inside the image", async () => {
  const image = [
    dir(""),
    soft("a", "/b/../c"),
    dir("c"),
    soft("c/log", "../../../../etc"),
    dir("etc"),
    file("etc/passwd", "of the image"),
    soft("loop", "loop"),
  ];
  for (const path of ["/a/log", "/c/log", "/etc"]) {
    assertEquals((await take(path, image)).entries[1], "0 ./passwd 1000000:1000000 of the image", path);
  }
  const { entries, notes } = await take("/loop/x", image);
  assertEquals(entries, ["5 . 1000000:1000000"]);
  assertEquals(notes, ['"/loop/x" leads through too many links in the image: its device starts empty']);
});

Deno.test("directoryContent() is an empty directory where the image has none", async () => {
  const image = [dir(""), file("file", "x")];
  assertEquals(await take("/gone", image), {
    entries: ["5 . 1000000:1000000"],
    notes: ['"/gone" is not in the image: its device starts empty'],
    opened: 1,
  });
  assertEquals((await take("/file", image)).notes, [
    '"/file" is not a directory in the image: its device starts empty',
  ]);
});

Deno.test("directoryContent() leaves devices of the host out, but not the marks of overlay filesystems", async () => {
  const { entries, notes } = await take("/d", [
    dir("d"),
    { path: "d/disk", type: "4", major: 8 },
    { path: "d/null", type: "3", major: 1, minor: 3 },
    { path: "d/white", type: "3" },
  ]);
  assertEquals(entries, ["5 . 1000000:1000000", "3 ./white 1000000:1000000"]);
  assertEquals(notes, ['2 device nodes of the image were left out of "/d"']);
});

Deno.test("directoryContent() takes no path that leads out of the archive's files, and no link without its file", async () => {
  for (const path of ["d/../../x", "d/./x", "d//x"]) {
    await assertRejects(() => take("/d", [dir("d"), file(path, "x")]), LxopsError, "leads out of it");
  }
  await assertRejects(
    () => take("/d", [dir("d"), hard("d/a", "gone")]),
    LxopsError,
    'has no data for "/gone"',
  );
  await assertRejects(
    () => take("/d", [dir("d"), { path: "d/x", type: "Q" }]),
    LxopsError,
    'of a type ("Q")',
  );
  const outside = archiveOf([{ path: `${ROOT}/d`, type: "5" }, {
    path: `${ROOT}/d/x`,
    type: "1",
    linkPath: "/etc/shadow",
  }]);
  const content = directoryContent({
    path: "/d",
    ids: BASE,
    open: () => Promise.resolve(chunks(outside)),
    note: () => {},
  });
  await assertRejects(() => gather(content), LxopsError, "does not know");
});

Deno.test("directoryContent() asks for no more of an archive that its reader does not want", async () => {
  let ended = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks(archiveOf([dir(`${ROOT}/d`), file(`${ROOT}/d/a`, "x"), file(`${ROOT}/d/b`, "y")]), 512);
    } finally {
      ended = true;
    }
  }
  const content = directoryContent({
    path: "/d",
    ids: BASE,
    open: () => Promise.resolve(source()),
    note: () => {},
  });
  for await (const _ of content) break;
  assert(ended);
});
