import { assertEquals } from "@std/assert";
import { recipe } from "./recipes.ts";

/** Returns the titles of the items of both levels, without the name of their file. */
async function levels(...texts: readonly string[]) {
  const names = texts.map((_, at) => `${at}.cfg`);
  const { levels } = await recipe({
    files: {
      "a.yaml": `image: tiny\nostype: alpine\ncloud-config-files: [${names}]\n`,
      ...Object.fromEntries(texts.map((text, at) => [names[at]!, `#cloud-config\n${text}`])),
    },
  });
  const titles = (items: typeof levels.rest) => items.map(({ title }) => title.replace(/ \(.*\)$/, ""));
  return [titles(levels.packages), titles(levels.rest)];
}

Deno.test("levelsOf() puts packages first, with the files that are for package managers", async () => {
  const files = "write_files: [{path: /etc/motd}, {path: /etc/apk/keys/own.pub}]\n";
  assertEquals(await levels(`packages: [git]\n${files}users: [{name: ann}]\nruncmd: [git init]\n`), [
    ["Write /etc/apk/keys/own.pub", "Install packages git"],
    ["Write /etc/motd", "Set up user ann", "Run git init"],
  ]);
});

Deno.test("levelsOf() has one level where no packages are installed", async () => {
  assertEquals(await levels("runcmd: [echo hello]\n"), [[], ["Run echo hello"]]);
});

Deno.test("levelsOf() leaves packages where a program before them may change which they are", async () => {
  assertEquals(await levels("packages: [git]\nruncmd: [add-repository]\n", "packages: [jq]\n"), [
    ["Install packages git"],
    ["Run add-repository", "Install packages jq"],
  ]);
});

Deno.test("levelsOf() keeps a first program before packages, and a later one behind the files that it may need", async () => {
  assertEquals(await levels("bootcmd: [echo one]\npackages: [git]\n"), [
    ["Run echo one", "Install packages git"],
    [],
  ]);
  assertEquals(await levels("write_files: [{path: /x}]\n", "bootcmd: [/x]\npackages: [git]\n"), [
    [],
    ["Write /x", "Run /x", "Install packages git"],
  ]);
});
