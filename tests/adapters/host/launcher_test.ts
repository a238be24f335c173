/** Programs of the user's choice: what is run, with what environment, and what is not run. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { exposureOf } from "../../../lib/adapters/host/exposure.ts";
import { makeLauncher } from "../../../lib/adapters/host/launcher.ts";
import { LAUNCHER } from "../../../lib/adapters/host/programs.ts";
import { StateError, TimeoutError } from "../../../lib/base/errors.ts";
import type { UserProgram } from "../../../lib/ports/launcher.ts";

const never = new AbortController().signal;

async function inDirectory(action: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-launcher-" });
  try {
    await action(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function script(directory: string, text: string, mode = 0o755): Promise<UserProgram> {
  const path = `${directory}/a=b 'c'.sh`;
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
  return { path, args: ["-n", "two words"], directory, env: { LXOPS_HOOK: "x" }, timeoutSeconds: 20 };
}

async function run(program: UserProgram): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: "", stderr: "" };
  const code = await makeLauncher().run(program, (bytes, stream) => {
    output[stream] += new TextDecoder().decode(bytes);
  }, never);
  return { code, ...output };
}

Deno.test("a program runs in its directory, with its arguments and the environment of the caller", async () => {
  await inDirectory(async (directory) => {
    const text =
      '#!/bin/sh\nprintf "%s|" "$@" "$LXOPS_HOOK" "$HOME" "$(pwd)" "$(cat)"\necho no >&2\nexit 3\n';
    assertEquals(await run(await script(directory, text)), {
      code: 3,
      stdout: `-n|two words|x|${Deno.env.get("HOME")}|${await Deno.realPath(directory)}||`,
      stderr: "no\n",
    });
  });
});

Deno.test("a program that others can change is not run, nor one that is none", async () => {
  await inDirectory(async (directory) => {
    const launcher = makeLauncher();
    const { path } = await script(directory, "#!/bin/sh\ntouch ran\n", 0o757);
    const problem = async (name = path) => {
      const found = await launcher.find(name);
      return "problem" in found ? found.problem : "";
    };
    assertMatch(await problem(), /^others can change it: everybody can write to ".*sh"$/);
    const refused = await assertRejects(() => run({ path, args: [], directory, env: {}, timeoutSeconds: 9 }));
    assert(refused instanceof StateError);
    await Deno.chmod(path, 0o755);
    assertEquals(await problem(), "");
    await Deno.chmod(directory, 0o777);
    assertMatch(await problem(), /^others can change it: everybody can write to "/);
    await Deno.chmod(directory, 0o1777);
    assertEquals(await problem(), "");
    await Deno.chmod(path, 0o644);
    assertEquals(await problem(), "it is not executable");
    assertEquals(await problem(directory), "it is no file");
    assertEquals(await problem(`${directory}/none`), "there is no such file");
    assertMatch(await problem("no-such-program-x"), /^there is none in \/usr\/local\/sbin, /);
    assertEquals(await problem("sh"), "");
  });
});

Deno.test("a program that takes too long is ended, and one that it leaves behind is not waited for", async () => {
  await inDirectory(async (directory) => {
    const slow = await script(directory, "#!/bin/sh\nexec sleep 60\n");
    await assertRejects(
      () => run({ ...slow, timeoutSeconds: 0.2 }),
      TimeoutError,
      "did not end within 0.2 s",
    );
    const left = await script(directory, "#!/bin/sh\necho started\nsleep 20 &\n");
    const start = performance.now();
    assertEquals(await run(left), { code: 0, stdout: "started\n", stderr: "" });
    assert(performance.now() - start < 15_000);
  });
});

Deno.test("children of a program that takes too long are ended with it", async () => {
  await inDirectory(async (directory) => {
    const text = "#!/bin/sh\n(sleep 8; echo late > late) > /dev/null 2>&1 &\necho $! > child\n" +
      "(trap '' TERM; sleep 8; echo late > late) &\nwait\n";
    const start = performance.now();
    await assertRejects(
      async () => await run({ ...await script(directory, text), timeoutSeconds: 2 }),
      TimeoutError,
    );
    const child = (await Deno.readTextFile(`${directory}/child`)).trim();
    await assertRejects(() => Deno.lstat(`/proc/${child}/cwd/.`), Deno.errors.NotFound);
    assert(performance.now() - start < 20_000);
  });
});

Deno.test("children of a program that prints a secret are ended, too", async () => {
  await inDirectory(async (directory) => {
    const text = "#!/bin/sh\n(sleep 8; echo late > late) > /dev/null 2>&1 &\necho $! > child\nwait\n";
    const program = { ...await script(directory, text), timeoutSeconds: 2 };
    const start = performance.now();
    await assertRejects(() => makeLauncher().answer(program), TimeoutError);
    const child = (await Deno.readTextFile(`${directory}/child`)).trim();
    await assertRejects(() => Deno.lstat(`/proc/${child}/cwd/.`), Deno.errors.NotFound);
    assert(performance.now() - start < 20_000);
  });
});

const GROUP = 'group 0 can write to "/a", or users whom an ACL names (chmod g-w)';

Deno.test("a link of another user is exposed, wherever it leads", { ignore: Deno.uid() !== 0 }, async () => {
  await inDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/data`);
    await Deno.symlink("/etc/passwd", `${directory}/data/tok`);
    const launcher = makeLauncher();
    assertEquals(await launcher.exposure(`${directory}/data/tok`), undefined);
    await Deno.chown(`${directory}/data`, 1000000, 1000000);
    assertEquals(
      await launcher.exposure(`${directory}/data/tok`),
      `"${directory}/data" belongs to user 1000000`,
    );
  });
});

Deno.test("exposureOf() knows root's files, those of the user behind sudo, groups and shared directories", () => {
  const info = (mode: number, uid = 0, gid = 0, isDirectory = false) => ({ mode, uid, gid, isDirectory });
  const root = { uid: 0 };
  const user = { uid: 1000 };
  assertEquals(exposureOf("/a", info(0o755), root), undefined);
  assertEquals(exposureOf("/a", info(0o755, 1000), root), `"/a" belongs to user 1000`);
  assertEquals(exposureOf("/a", info(0o755, 1000), { ...root, sudo: 1000 }), undefined);
  assertEquals(exposureOf("/a", info(0o775, 0, 50), root), GROUP.replace("0", "50"));
  assertEquals(exposureOf("/a", info(0o775), root), GROUP);
  assertEquals(exposureOf("/a", info(0o775, 1000, 1000), user), GROUP.replace("0", "1000"));
  assertEquals(exposureOf("/a", info(0o755, 1000, 1000), user), undefined);
  assertEquals(exposureOf("/tmp", info(0o1775, 0, 0, true), root), undefined);
  assertEquals(exposureOf("/l", { ...info(0o777), isSymlink: true }, root), undefined);
  assertEquals(exposureOf("/l", { ...info(0o777, 9), isSymlink: true }, root), `"/l" belongs to user 9`);
  assertEquals(exposureOf("/a", info(0o777, 1000, 1000), user), `everybody can write to "/a"`);
  assertEquals(exposureOf("/tmp", info(0o1777, 0, 0, true), root), undefined);
  assertEquals(exposureOf("/a", info(0o1777), root), `everybody can write to "/a"`);
});

Deno.test("nothing but the launcher names the program that starts programs of the user's choice", async () => {
  const users: string[] = [];
  const walk = async (directory: URL): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      const url = new URL(isDirectory ? `${name}/` : name, directory);
      if (isDirectory) await walk(url);
      else if (name.endsWith(".ts") && /\bLAUNCHER\b/.test(await Deno.readTextFile(url))) users.push(name);
    }
  };
  await walk(new URL("../../../lib/", import.meta.url));
  assertEquals(users.sort(), ["launcher.ts", "programs.ts"]);
  assertEquals(LAUNCHER, "/bin/sh");
});
