import { assertEquals } from "@std/assert";
import { commitOf, repositoryOf } from "../../../lib/config/directory/git.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** A host with files, and with the directories that they are in. */
function hostOf(files: Readonly<Record<string, string>>) {
  const kindOf = (path: string) =>
    Object.hasOwn(files, path)
      ? "file" as const
      : Object.keys(files).some((one) => one.startsWith(`${path}/`))
      ? "directory" as const
      : undefined;
  return {
    readText: (path: string) => Promise.resolve(files[path]),
    lstat: (path: string) => {
      const kind = kindOf(path);
      const size = files[path]?.length ?? 0;
      return Promise.resolve(kind && { kind, mode: 0o644, uid: 0, gid: 0, size });
    },
  };
}

for (
  const [what, files, expected] of [
    ["of a branch", { "/r/.git/HEAD": "ref: refs/heads/main\n", "/r/.git/refs/heads/main": COMMIT }, COMMIT],
    [
      "of a branch that is packed",
      {
        "/r/.git/HEAD": "ref: refs/heads/main\n",
        "/r/.git/packed-refs": `# pack\n${COMMIT} refs/heads/main\n`,
      },
      COMMIT,
    ],
    ["that is checked out itself", { "/r/.git/HEAD": `${COMMIT}\n` }, COMMIT],
    [
      "of another worktree",
      {
        "/r/.git": "gitdir: /g/worktrees/r\n",
        "/g/worktrees/r/HEAD": "ref: refs/heads/side\n",
        "/g/worktrees/r/commondir": "../..\n",
        "/g/worktrees/r/../../refs/heads/side": COMMIT,
      },
      COMMIT,
    ],
    ["of a branch without one", { "/r/.git/HEAD": "ref: refs/heads/main\n" }, undefined],
    ["of a name that leads away", { "/r/.git/HEAD": "ref: refs/../../../etc/passwd\n" }, undefined],
    ["of what is no repository", { "/r/a.yaml": "" }, undefined],
    ["of a file that is too large", { "/r/.git/HEAD": COMMIT.padEnd(2 * 1024 * 1024, "\n") }, undefined],
  ] as const
) {
  Deno.test(`commitOf() reads the commit ${what}`, async () => {
    const host = hostOf(files);
    const repository = await repositoryOf("/r/sub/dir", host);
    assertEquals(repository && await commitOf(repository, host), expected);
  });
}
