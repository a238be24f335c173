/**
 * Finds the tests that a change can affect: those whose modules, with all that they import or name, reach a changed
 * file.
 *
 * @module
 */
import { dirname, join, normalize } from "@std/path";

/** Imports, and files and directories that a module names relative to itself. */
const REFERENCES = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]*)"|new URL\(\s*["`]([^"`$]+)/g;

/** Files that change what every test runs with. */
const EVERYWHERE =
  /^(?:deno\.json|deno\.lock|scripts\/(?:test|install\.sh)|scripts\/test\.ts|scripts\/suite\/.*)$/;

/** The programs that end-to-end tests run, and the daemons that they run against. */
const E2E_USES: readonly string[] = [
  "backends/incus.ts",
  "backends/lxd.ts",
  "scripts/build.ts",
  "scripts/testbed.ts",
];

/** Returns the tests that a change of files can affect; `modules` are all modules with their text, by path. */
export function affectedTests(
  tests: readonly string[],
  changed: readonly string[],
  modules: ReadonlyMap<string, string>,
): readonly string[] {
  if (changed.some((path) => EVERYWHERE.test(path))) return tests;
  const users = usersOf(modules);
  const reached = new Set<string>();
  const queue = [...changed];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (let at = path; at !== "."; at = dirname(at)) queue.push(...users.get(at) ?? []);
    queue.push(...users.get(".") ?? []);
  }
  return tests.filter((test) => reached.has(test));
}

/** Returns, for each file or directory, the modules that import or name it. */
function usersOf(modules: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  const add = (path: string, user: string) => {
    const known = users.get(path);
    if (known) known.push(user);
    else users.set(path, [user]);
  };
  for (const [module, text] of modules) {
    for (const [, imported, named = ""] of text.matchAll(REFERENCES)) {
      // A directory is named with or without a slash at its end.
      add(normalize(join(dirname(module), imported ?? named)).replace(/\/$/, ""), module);
    }
    if (/^tests\/e2e\/.*_test\.ts$/.test(module)) { for (const path of E2E_USES) add(path, module); }
  }
  return users;
}

/** Returns the files that differ from where the branch left `main`, committed or not. */
export async function changedFiles(): Promise<readonly string[]> {
  const base = await git(["merge-base", "main", "HEAD"]) ?? "HEAD";
  const committed = await git(["diff", "--name-only", "-z", "--no-renames", base.trim(), "--"]);
  const added = await git(["ls-files", "-z", "--others", "--exclude-standard"]);
  if (committed === undefined || added === undefined) {
    throw new Error("Cannot list changed files: git failed");
  }
  return [...committed.split("\0"), ...added.split("\0")].filter(Boolean);
}

async function git(args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await new Deno.Command("git", { args: [...args], stderr: "null" }).output();
  return code === 0 ? new TextDecoder().decode(stdout) : undefined;
}
