import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeHost } from "../../../lib/adapters/host/host.ts";
import { hostControl } from "../../../lib/adapters/host/host_control.ts";
import { CommandError, UnreadableError } from "../../../lib/base/errors.ts";
import { rejection } from "../../support/rejection.ts";

const never = new AbortController().signal;

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-host-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("directoryKeys() are the same for one directory by every path, also before it exists", async () => {
  await inDirectory(async (dir) => {
    await Deno.mkdir(`${dir}/real/web`, { recursive: true });
    await Deno.symlink(`${dir}/real`, `${dir}/link`);
    const paths = ["real/web", "link/web", "real/new/data", "link/new/data", "real"].map((one) =>
      `${dir}/${one}`
    );
    const keys = await makeHost().directoryKeys!(paths);
    const [web, linked, made, alike, real] = paths.map((path) => keys.get(path)!);
    assertMatch(web![0]!, /^[0-9]+:[0-9]+$/);
    assertEquals(linked![0], web![0]);
    assertEquals([made![0], alike![0]], [`${real![0]}/new/data`, `${real![0]}/new/data`]);
    assert(web!.includes(`${real![0]}/web`) && web![0] !== real![0]);
    // The last one is the place in the filesystem.
    assert(web!.at(-1)!.startsWith("@") && web!.at(-1)!.endsWith("/real/web"), web!.join(" "));
    assertEquals([linked!.at(-1), alike!.at(-1)], [web!.at(-1), `${real!.at(-1)}/new/data`]);
    assertEquals((await makeHost().directoryKeys!(["/", "not/absolute"])).get("/")!.length, 2);
  });
});

Deno.test("makeHost() reads what there is and returns nothing where there is nothing", async () => {
  await inDirectory(async (dir) => {
    const host = makeHost();
    await Deno.writeTextFile(`${dir}/file`, "text");
    await Deno.symlink(`${dir}/file`, `${dir}/link`);
    assertEquals(await host.readText(`${dir}/link`), "text");
    assertEquals(await host.readBytes(`${dir}/file`), new TextEncoder().encode("text"));
    await Deno.writeFile(`${dir}/other`, Uint8Array.of(0xef, 0xbb, 0xbf, 0x61));
    assertEquals(await host.readText(`${dir}/other`), "\ufeffa");
    await Deno.writeFile(`${dir}/other`, Uint8Array.of(0x61, 0xe9));
    assertMatch((await rejection(host.readText(`${dir}/other`), UnreadableError)).message, /not UTF-8/);
    await Deno.remove(`${dir}/other`);
    assertEquals(await host.realPath(`${dir}/link`), await Deno.realPath(`${dir}/file`));
    assertEquals([...await host.readDir(dir)].sort(), ["file", "link"]);
    for (const path of [`${dir}/none`, `${dir}/file/below`]) {
      assertEquals(await host.readText(path), undefined);
      assertEquals(await host.readBytes(path), undefined);
      assertEquals(await host.lstat(path), undefined);
      assertEquals(await host.realPath(path), undefined);
      assertEquals(await host.readDir(path), []);
    }
  });
});

Deno.test("makeHost() tells kind, mode, owner and size without following links", async () => {
  await inDirectory(async (dir) => {
    const host = makeHost();
    await Deno.writeTextFile(`${dir}/file`, "text");
    await Deno.chmod(`${dir}/file`, 0o4640);
    await Deno.symlink("/nonexistent", `${dir}/link`);
    const file = await host.lstat(`${dir}/file`);
    const { dev } = await Deno.lstat(dir);
    const owner = { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
    assertEquals(file, { kind: "file", mode: 0o4640, ...owner, size: 4, device: dev });
    assertEquals((await host.lstat(`${dir}/link`))?.kind, "symlink");
    assertEquals((await host.lstat(dir))?.kind, "directory");
    assertEquals((await host.lstat("/dev/null"))?.kind, "other");
  });
});

Deno.test("makeHost() throws where it cannot know", async () => {
  await inDirectory(async (dir) => {
    await Deno.symlink(`${dir}/b`, `${dir}/a`);
    await Deno.symlink(`${dir}/a`, `${dir}/b`);
    await rejection(makeHost().readText(`${dir}/a`), Error);
  });
});

Deno.test("writeText() makes a file with its mode, and replaces one whole", async () => {
  await inDirectory(async (dir) => {
    const control = hostControl({ isRoot: true });
    await control.writeText(`${dir}/file`, "first", 0o600);
    await control.writeText(`${dir}/file`, "second", 0o644);
    assertEquals(await Deno.readTextFile(`${dir}/file`), "second");
    assertEquals((await Deno.stat(`${dir}/file`)).mode! & 0o777, 0o644);
    assertEquals(Array.from(Deno.readDirSync(dir), (entry) => entry.name), ["file"]);
  });
});

Deno.test("writeText() replaces a link and does not change its target", async () => {
  await inDirectory(async (dir) => {
    await Deno.writeTextFile(`${dir}/victim`, "precious");
    await Deno.symlink(`${dir}/victim`, `${dir}/file`);
    await hostControl({ isRoot: true }).writeText(`${dir}/file`, "new", 0o600);
    assertEquals(await Deno.readTextFile(`${dir}/victim`), "precious");
    assertEquals((await Deno.lstat(`${dir}/file`)).isSymlink, false);
  });
});

Deno.test("writeText() removes leftovers of a killed run of the same file, and nothing else", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const names = ["file.partial-mine", "other.partial-2b7c8a52-13f8-4d42-9d0d-0a4f3c1f6a11"];
    for (const name of [...names, "file.partial-2b7c8a52-13f8-4d42-9d0d-0a4f3c1f6a11"]) {
      await Deno.writeTextFile(`${dir}/${name}`, "half");
    }
    const control = hostControl({ isRoot: true });
    await Promise.all(Array.from({ length: 4 }, (_, at) => control.writeText(`${dir}/file`, `${at}`, 0o600)));
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name).toSorted(), ["file", ...names]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("removeText() removes the written text, but neither another text nor a directory with other files", async () => {
  await inDirectory(async (dir) => {
    const control = hostControl({ isRoot: true });
    for (const name of ["a", "b"]) await control.writeText(`${dir}/new/${name}`, "x", 0o600, true);
    await control.removeText!(`${dir}/new/a`, "other", true);
    await control.removeText!(`${dir}/new/b`, "x", true);
    await control.removeText!(`${dir}/new/gone`, "x", true);
    await control.removeText!(`${dir}/new/a/gone`, "x", true);
    assertEquals(Array.from(Deno.readDirSync(`${dir}/new`), (entry) => entry.name), ["a"]);
    await control.removeText!(`${dir}/new/a`, "x", true);
    assertEquals([...Deno.readDirSync(dir)], []);
  });
});

Deno.test("writeText() leaves nothing behind when it fails", async () => {
  await inDirectory(async (dir) => {
    await Deno.mkdir(`${dir}/file/below`, { recursive: true });
    await rejection(hostControl({ isRoot: true }).writeText(`${dir}/file`, "new", 0o600), Error);
    assertEquals(Array.from(Deno.readDirSync(dir), (entry) => entry.name), ["file"]);
  });
});

Deno.test("run() runs known programs, found on a fixed path", async () => {
  await inDirectory(async (dir) => {
    const control = hostControl({ isRoot: true });
    const made = await control.run({ argv: ["mkdir", "-m", "0700", "--", `${dir}/new`] }, () => {}, never);
    assertEquals(made, { code: 0, stdout: "", stderr: "" });
    assertEquals((await Deno.stat(`${dir}/new`)).mode! & 0o777, 0o700);
    const again = await control.run({ argv: ["mkdir", "--", `${dir}/new`] }, () => {}, never);
    assertEquals(again.code, 1);
    assertStringIncludes(again.stderr, "File exists");
  });
});

Deno.test("run() connects a command and what reads its output", async () => {
  await inDirectory(async (dir) => {
    await Deno.mkdir(`${dir}/from/sub`, { recursive: true });
    await Deno.mkdir(`${dir}/to`);
    await Deno.writeTextFile(`${dir}/from/sub/file`, "text");
    const result = await hostControl({ isRoot: true }).run(
      {
        argv: ["tar", "-C", `${dir}/from`, "-cf", "-", "."],
        pipe: { argv: ["tar", "-C", `${dir}/to`, "-xf", "-"] },
      },
      () => {},
      never,
    );
    assertEquals(result.code, 0);
    assertEquals(await Deno.readTextFile(`${dir}/to/sub/file`), "text");
  });
});

Deno.test("run() refuses programs that are not on its list, wherever they come in a pipe", async () => {
  const control = hostControl({ isRoot: true });
  const shell = ["sh", "-c", "true"] as const;
  const alone = await rejection(control.run({ argv: shell }, () => {}, never), Error);
  assertEquals(alone.message, '"sh" is not a program that lxops runs');
  const piped = { argv: ["tar", "--version"], pipe: { argv: shell } } as const;
  assertStringIncludes((await rejection(control.run(piped, () => {}, never), Error)).message, '"sh"');
  for (const path of ["/bin/mkdir", "./mkdir", "../sbin/zfs"]) {
    await rejection(control.run({ argv: [path] }, () => {}, never), Error);
  }
});

Deno.test({
  name: "run() puts sudo in front where lxops is not root, also in a pipe",
  ignore: Deno.uid() !== 0 || !await exists("/usr/bin/sudo"),
  fn: async () => {
    const control = hostControl({ isRoot: false });
    const result = await control.run(
      {
        argv: ["tar", "--version"],
        pipe: { argv: ["cp", "--help"] },
      },
      () => {},
      never,
    );
    assertEquals(result.code, 0);
    assertStringIncludes(result.stdout, "cp [OPTION]");
  },
});

Deno.test("run() names a program that the machine lacks", async () => {
  const lacking = ["zfs", "rsync", "ssh"];
  const paths = await Promise.all(lacking.map(async (name) => [name, await anywhere(name)] as const));
  for (const [name] of paths.filter(([, found]) => !found)) {
    const control = hostControl({ isRoot: true });
    const error = await rejection(control.run({ argv: [name] }, () => {}, never), CommandError);
    assertEquals(error.message, `The machine has no program "${name}"`);
    assertEquals(error.code, 127);
  }
});

Deno.test("datasets() lists the datasets of zfs, is empty without zfs, and reports errors of zfs", async () => {
  // Other tests create and destroy datasets meanwhile: those that exist before and after must exist in between.
  const before = await zfsLines();
  if (!before) {
    // The programs are there, and what they talk to is not running.
    const error = await rejection(makeHost().datasets(), CommandError);
    assertEquals(error.message, '"zfs list" failed with exit code 1');
    assert(error.stderr !== "");
    return;
  }
  const datasets = await makeHost().datasets();
  const after = new Set(await zfsLines());
  if (before.length === 0 && after.size === 0) return assertEquals(datasets.size, 0);
  for (const line of before.filter((one) => after.has(one))) {
    const [name = "", mountpoint] = line.split("\t");
    assertEquals(datasets.get(name)?.mountpoint, mountpoint, name);
  }
});

/** Returns the output of `zfs list`, or nothing if it fails for another reason than that there is no dataset. */
async function zfsLines(): Promise<string[] | undefined> {
  const zfs = await anywhere("zfs");
  if (!zfs) return [];
  const args = ["list", "-H", "-t", "filesystem,volume", "-o", "name,mountpoint"];
  const { success, stdout, stderr } = await new Deno.Command(zfs, { args }).output();
  const text = new TextDecoder();
  if (success) return text.decode(stdout).split("\n").filter((line) => line !== "");
  return text.decode(stderr).includes("no datasets available") ? [] : undefined;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function anywhere(name: string): Promise<string | undefined> {
  for (const directory of ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]) {
    if (await exists(`${directory}/${name}`)) return `${directory}/${name}`;
  }
  return undefined;
}
