/** Copies out of instances that answer anything. */
import { assertEquals, assertRejects } from "@std/assert";
import type { Sftp } from "../../../lib/adapters/sftp/client.ts";
import { pull } from "../../../lib/adapters/sftp/pull.ts";
import { StateError } from "../../../lib/base/errors.ts";
import type { FileCopy } from "../../../lib/ports/copy.ts";

const DIRECTORY = { mode: 0o40755 };
const bytes = (name: string) => new TextEncoder().encode(name);

/** Files of an instance, each directory of which has the same entries. */
function instance(
  entries: readonly {
    readonly name: Uint8Array;
    readonly attributes: { readonly mode: number; readonly size?: number };
  }[],
): Sftp {
  return {
    lstat: () => Promise.resolve(DIRECTORY),
    readDirectory: (_path: string, take: (found: typeof entries) => void) => {
      take(entries);
      return Promise.resolve();
    },
  } as unknown as Sftp;
}

async function refused(files: Sftp, text: string) {
  const directory = await Deno.makeTempDir();
  const copy: FileCopy = {
    direction: "out",
    instance: { project: "default", name: "web" },
    inside: "/t",
    outside: directory,
    archive: false,
    overwrite: false,
    maxBytes: 1024,
  };
  const events = { progress: () => {}, note: () => {} };
  try {
    const error = await assertRejects(
      () => pull(files, copy, new AbortController().signal, events),
      StateError,
      text,
    );
    assertEquals(error.advice[0], "Nothing was changed.");
    assertEquals([...Deno.readDirSync(directory)], []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("A tree without end is refused before anything is written", async () => {
  await refused(instance([{ name: bytes("deeper"), attributes: DIRECTORY }]), "directories deep");
});

Deno.test("Sizes that a file claims are limited before anything is written", async () => {
  const huge = { mode: 0o100644, size: 2 ** 50 };
  await refused(instance([{ name: bytes("huge"), attributes: huge }]), "has more than 0 MiB");
});

for (const name of ["../../etc/passwd", "a/b", "", "a\0b"]) {
  Deno.test(`A name that leads elsewhere is refused: ${JSON.stringify(name)}`, async () => {
    await refused(instance([{ name: bytes(name), attributes: { mode: 0o100644 } }]), "A name in");
  });
}

Deno.test("A name that is not UTF-8 is refused", async () => {
  await refused(
    instance([{ name: Uint8Array.of(0xff, 0x41), attributes: { mode: 0o100644 } }]),
    "not in UTF-8",
  );
});

Deno.test("A link that leads out of the copy is named in a note, as it leads to a file of this machine", async () => {
  const links: Readonly<Record<string, string>> = { a: "/etc/shadow", b: "../up", c: "d/../c", d: "./a" };
  const directory = await Deno.makeTempDir();
  const names = Object.keys(links).map((name) => ({ name: bytes(name), attributes: { mode: 0o120777 } }));
  const files = {
    ...instance(names),
    readLink: (path: string) => Promise.resolve(bytes(links[path.slice(-1)]!)),
  } as unknown as Sftp;
  const notes: string[] = [];
  const events = { progress: () => {}, note: (text: string) => void notes.push(text) };
  const copy: FileCopy = {
    direction: "out",
    instance: { project: "default", name: "web" },
    inside: "/t",
    outside: directory,
    archive: false,
    overwrite: false,
    maxBytes: 1024,
  };
  try {
    await pull(files, copy, new AbortController().signal, events);
    assertEquals(Deno.readLinkSync(`${directory}/t/a`), "/etc/shadow");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  assertEquals(notes, [
    "2 links lead out of the copy, to files of this machine: /t/a -> /etc/shadow, /t/b -> ../up",
  ]);
});

/** Copies a file that claims to be empty and has a content, and returns what the copy has. */
async function copied(content: Uint8Array, maxBytes: number): Promise<string> {
  const files = {
    lstat: () => Promise.resolve({ mode: 0o100444, size: 0 }),
    open: () => Promise.resolve(bytes("handle")),
    close: () => Promise.resolve(),
    // The kernel hands such files out in parts.
    read: (_: unknown, offset: number) => Promise.resolve(content.subarray(offset, offset + 5)),
  } as unknown as Sftp;
  const directory = await Deno.makeTempDir();
  const copy: FileCopy = {
    direction: "out",
    instance: { project: "default", name: "web" },
    inside: "/proc/version",
    outside: `${directory}/v`,
    archive: false,
    overwrite: false,
    maxBytes,
  };
  try {
    await pull(files, copy, new AbortController().signal, { progress: () => {}, note: () => {} });
    return await Deno.readTextFile(`${directory}/v`);
  } finally {
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).filter((name) => name !== "v"), []);
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("A file of the kernel, which claims to be empty, is read to its end, and no further than allowed", async () => {
  assertEquals(await copied(bytes("Linux version 6.1"), 1024), "Linux version 6.1");
  assertEquals(await copied(bytes(""), 1024), "");
  await assertRejects(() => copied(bytes("Linux version 6.1"), 10), StateError, "has more than");
});
