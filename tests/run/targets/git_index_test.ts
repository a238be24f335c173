import { assertEquals } from "@std/assert";
import { makeHost } from "../../../lib/adapters/host/host.ts";
import { commitOf, repositoryOf } from "../../../lib/config/directory/git.ts";
import { isClean, parseIndex } from "../../../lib/run/targets/git_index.ts";

const host = makeHost();

/** A git repository with two files in a folder. */
class Repository {
  constructor(readonly top: string) {}

  async git(...args: readonly string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command("git", {
      args: ["-c", "user.name=a", "-c", "user.email=a@b", "-C", this.top, ...args],
      env: { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    }).output();
    assertEquals([success, success ? "" : new TextDecoder().decode(stderr)], [true, ""]);
  }

  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.top}/${name}`, text);
  }

  /** Tells whether files are as the commit has them. */
  async clean(...names: readonly string[]): Promise<boolean | undefined> {
    const repository = (await repositoryOf(`${this.top}/sub`, host))!;
    const commit = (await commitOf(repository, host))!;
    return await isClean(repository, commit, names.map((name) => `${this.top}/${name}`), host);
  }
}

/** Makes a repository with a commit. */
async function withRepository(
  args: readonly string[],
  action: (repository: Repository) => Promise<void>,
): Promise<void> {
  const top = await Deno.makeTempDir({ prefix: "lxops-git-" });
  try {
    const repository = new Repository(top);
    await repository.git("init", "-q", ...args);
    await Deno.mkdir(`${top}/sub`);
    await repository.write("sub/a.yaml", "a\n");
    await repository.write("sub/a.yaml.more", "b\n");
    await repository.git("add", ".");
    await repository.git("commit", "-q", "-m", "one");
    await action(repository);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

for (const args of [[], ["--object-format=sha256"]]) {
  Deno.test(`isClean() tells files as committed from others, with git init ${args.join(" ")}`, async () => {
    await withRepository(args, async (repository) => {
      const both = ["sub/a.yaml", "sub/a.yaml.more"];
      assertEquals(await repository.clean(...both), true);
      await repository.git("update-index", "--index-version=4");
      assertEquals(await repository.clean(...both), true);
      await repository.write("sub/a.yaml", "c\n");
      assertEquals([await repository.clean(...both), await repository.clean("sub/a.yaml.more")], [
        false,
        true,
      ]);
      // It is in the index, and in no commit.
      await repository.git("add", "sub/a.yaml");
      assertEquals(await repository.clean(...both), undefined);
      await repository.git("commit", "-q", "-m", "two");
      assertEquals(await repository.clean(...both), true);
      await repository.write("sub/new.yaml", "");
      assertEquals(await repository.clean("sub/new.yaml"), false);
      assertEquals(await repository.clean("sub/gone.yaml"), false);
      await repository.git("gc", "-q");
      assertEquals(await repository.clean(...both), true);
      await repository.write("sub/a.yaml", "d\n");
      assertEquals(await repository.clean(...both), false);
      // It is in the index, and in no commit.
      await repository.git("add", "sub/a.yaml");
      assertEquals(await repository.clean(...both), undefined);
    });
  });
}

Deno.test("parseIndex() reads no index out of other bytes, or of a part of one", async () => {
  await withRepository([], async ({ top }) => {
    const bytes = await Deno.readFile(`${top}/.git/index`);
    const wanted = new Set(["sub/a.yaml"]);
    assertEquals(parseIndex(bytes, wanted, 20)?.files.size, 1);
    for (let length = 0; length < bytes.length; length++) {
      const found = parseIndex(bytes.subarray(0, length), wanted, 20);
      assertEquals([...found?.files.keys() ?? []].every((name) => wanted.has(name)), true);
    }
    for (let round = 0; round < 2000; round++) {
      const broken = bytes.slice();
      for (let n = 0; n < 4; n++) broken[round * 7919 * (n + 1) % bytes.length] = round * 31 % 256;
      parseIndex(broken, wanted, 20);
    }
  });
});
