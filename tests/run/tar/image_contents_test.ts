import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import { compareImages, type ImageContents } from "../../../lib/plan/image/compare.ts";
import { BACKUP_ROOT, readImage, UnreadableImage } from "../../../lib/run/tar/image_contents.ts";
import type { TarHeader } from "../../../lib/run/tar/read.ts";
import { endOfArchive, writeHeader } from "../../../lib/run/tar/write.ts";

const PLAIN: TarHeader = {
  path: "",
  type: "0",
  linkPath: "",
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: "0",
  major: 0,
  minor: 0,
  attributes: new Map(),
};

type Entry = readonly [path: string, text: string, more?: Partial<TarHeader>];

/** Yields the archive of an image, in pieces of odd sizes. */
function archive(...entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap(([path, text, more = {}]) => {
    const data = new TextEncoder().encode(text);
    const padding = new Uint8Array((512 - data.length % 512) % 512);
    return [writeHeader({ ...PLAIN, size: data.length, path, ...more }), data, padding];
  });
  const all = [...parts, endOfArchive()];
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777);
}

const image = async (...entries: readonly Entry[]): Promise<ImageContents> =>
  await readImage("web", pieces(archive(...entries)));

Deno.test("readImage() and compareImages() find every difference that is not one of time", async () => {
  const common: Entry[] = [
    ["metadata.yaml", "x"],
    ["rootfs", "", { type: "5", mode: 0o755 }],
    ["rootfs/same", "same"],
  ];
  const a = await image(
    ...common,
    ["rootfs/content", "one"],
    ["rootfs/mode", "x"],
    ["rootfs/owner", "x"],
    ["rootfs/type", "x"],
    ["rootfs/link", "", { type: "2", linkPath: "a" }],
    ["rootfs/cap", "x"],
    ["rootfs/gone", "x"],
    ["rootfs/hard", "", { type: "1", linkPath: "rootfs/content" }],
  );
  const b = await image(
    ["metadata.yaml", "y"],
    ["rootfs", "", { type: "5", mode: 0o755 }],
    ["./rootfs/same", "same", { mtime: "77" }],
    ["rootfs/content", "two"],
    ["rootfs/mode", "x", { mode: 0o4755 }],
    ["rootfs/owner", "x", { uid: 1000 }],
    ["rootfs/type", "", { type: "5" }],
    ["rootfs/link", "", { type: "2", linkPath: "b" }],
    ["rootfs/cap", "x", { attributes: new Map([["SCHILY.xattr.security.capability", "c"]]) }],
    ["rootfs/new\u001b[2J", "x"],
    ["rootfs/hard", "", { type: "1", linkPath: "rootfs/content" }],
  );
  assertEquals(compareImages(a, b).all.map(({ sign, name, what }) => `${sign} ${name} ${what}`), [
    "~ cap attributes",
    "~ content content",
    "- gone ",
    "~ hard content",
    "~ link content",
    "~ mode mode",
    "+ new\u001b[2J ",
    "~ owner owner",
    "~ type type,content",
  ]);
  assertEquals(compareImages(a, a).all, []);
});

const DPKG = (version: string, more = "") =>
  `Package: libc6
Status: install ok installed
Architecture: amd64
Version: ${version}

Package: libc6
Status: install ok installed
Architecture: i386
Version: 1

Package: old
Status: deinstall ok config-files
Architecture: amd64
Version: 3
${more}`;

Deno.test("compareImages() has packages of dpkg, apk and pacman, and says where there are others", async () => {
  const a = await image(
    ["rootfs/var/lib/dpkg/status", DPKG("2.36")],
    ["rootfs/lib/apk/db/installed", "P:musl\nV:1.2\nT:x\n\nP:busybox\nV:1\n"],
    ["rootfs/var/lib/pacman/local/gcc-libs-14.2-1/desc", ""],
  );
  const b = await image(
    ["rootfs/var/lib/dpkg/status", DPKG("2.37", "\nPackage: vim\nStatus: hold ok installed\nVersion: 9\n")],
    ["rootfs/lib/apk/db/installed", "P:musl\nV:1.2\n"],
    ["rootfs/var/lib/pacman/local/gcc-libs-14.3-1/desc", ""],
    ["rootfs/usr/lib/sysimage/rpm/rpmdb.sqlite", ""],
  );
  const { all, unread } = compareImages(a, b);
  const packages = all.filter(({ kind }) => kind === "package");
  assertEquals(packages.map(({ sign, name, what }) => `${sign} ${name} ${what}`), [
    "- busybox 1",
    "~ gcc-libs 14.2-1 -> 14.3-1",
    "~ libc6 2.36 -> 2.37",
    "+ vim 9",
  ]);
  assertEquals([unread, compareImages(a, a).unread], [true, false]);
});

Deno.test("readImage() unpacks gzip and zstd, and says what it cannot read", async () => {
  const bytes = archive(["rootfs/a", "a".repeat(100_000)]);
  const zipped = await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")))
    .bytes();
  const { zstdCompressSync } = await import("node:zlib");
  for (const packed of [bytes, zipped, new Uint8Array(zstdCompressSync(bytes))]) {
    assertEquals([...(await readImage("web", pieces(packed))).files.keys()], ["a"]);
  }
  for (
    const [start, what] of [["hsqs", "a squashfs filesystem"], ["--lxops-1\r\n", "in two parts"]] as const
  ) {
    const error = await assertRejects(
      () => readImage("web", pieces(new TextEncoder().encode(start))),
      UnreadableImage,
    );
    assertStringIncludes(error.message, what);
  }
});

Deno.test("readImage() reads the files of an instance out of its backup", async () => {
  const bytes = archive(["backup/index.yaml", "x"], ["backup/container/rootfs/etc/motd", "hello"]);
  assertEquals([...(await readImage("web", pieces(bytes), BACKUP_ROOT)).files.keys()], ["etc/motd"]);
});

Deno.test("readImage() fails where an archive is cut off or damaged", async () => {
  const bytes = archive(["rootfs/a", "a".repeat(10_000)]);
  await assertRejects(
    () => readImage("web", pieces(bytes.subarray(0, 5000))),
    LxopsError,
    "ends in the middle",
  );
  const zipped = await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")))
    .bytes();
  const { zstdCompressSync } = await import("node:zlib");
  const noise = crypto.getRandomValues(new Uint8Array(20_000)).toHex();
  const packed = new Uint8Array(zstdCompressSync(archive(["rootfs/a", noise])));
  for (const one of [zipped.subarray(0, 60), packed.subarray(0, 8000)]) {
    await assertRejects(() => readImage("web", pieces(one)), LxopsError);
  }
  // A source that fails, fails with its own words.
  async function* failing() {
    yield packed.subarray(0, 8000);
    await Promise.resolve();
    throw new LxopsError("the daemon ended the connection");
  }
  await assertRejects(() => readImage("web", failing()), LxopsError, "the daemon ended the connection");
});
