import { assertEquals } from "@std/assert";

const TREE = [
  ".ci",
  ".github",
  ".gitignore",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "backends",
  "deno.json",
  "deno.lock",
  "examples",
  "lib",
  "main.ts",
  "scripts",
  "tests",
] as const;
const OPTIONAL: readonly string[] = [".gitattributes"];

async function topLevel(): Promise<string[]> {
  const { code, stdout } = await new Deno.Command("git", { args: ["ls-files", "-z"] }).output();
  assertEquals(code, 0, "git ls-files failed");
  const paths = new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
  return [...new Set(paths.map((path) => path.replace(/\/.*/s, "")))].sort();
}

Deno.test("the top level has only the agreed entries", async () => {
  assertEquals((await topLevel()).filter((name) => !OPTIONAL.includes(name)), [...TREE]);
});
