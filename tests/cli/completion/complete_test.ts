/** `__complete`, as the scripts of the shells call it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { commandsFor } from "../../../lib/cli/commands.ts";
import { SCRIPTS } from "../../../lib/cli/completion/scripts.ts";
import { run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const root = await commandsFor(["__complete"]);
const world = worldOf({ paths: { "/c/web.yaml": "file", "/c/b c": "directory", "/c/readme.md": "file" } });
const BREAKS = " \t\n\"'@><=;|&(:";

/** Lists of the daemon by the path without its query. */
const LISTS: Readonly<Record<string, unknown>> = {
  "/1.0/instances": ["/1.0/instances/web", "/1.0/instances/db?project=default"],
  "/1.0/images/aliases": [{ name: "alpine/3.22" }, { name: "my own" }, { name: "a\x1bb" }],
  "/1.0/profiles": [
    "/1.0/profiles/default",
    "/1.0/profiles/lxops.lock.web",
    "/1.0/profiles/lxops-pool-ci",
    "/1.0/profiles/$(reboot)",
  ],
  "/1.0/storage-pools": ["/1.0/storage-pools/default"],
  "/1.0/storage-pools/default/volumes/custom": [
    "/1.0/storage-pools/default/volumes/custom/data?project=default",
  ],
  "/1.0/instances/web/snapshots": ["/1.0/instances/web/snapshots/monday"],
};

async function complete(args: readonly string[], get: (path: string) => Promise<unknown> = listed) {
  const asked: string[] = [];
  const memory = memoryServer(world);
  const server = {
    ...memory,
    get: (path: string) => {
      asked.push(path);
      return get(path);
    },
  };
  const controls = recorder(memory);
  const { code, stdout, stderr } = await run(["__complete", ...args], {
    root,
    world,
    server,
    controls: () => controls,
  });
  assertEquals({ code, stderr, effects: controls.effects.length }, { code: 0, stderr: "", effects: 0 });
  return { lines: stdout.split("\n").slice(0, -1), asked };
}

function listed(path: string): Promise<unknown> {
  return Promise.resolve(LISTS[path.replace(/\?.*/, "")]);
}

async function bash(line: string): Promise<readonly string[]> {
  return (await complete(["bash", line, "", BREAKS])).lines;
}

Deno.test("__complete offers instances of the daemon beside configurations and directories", async () => {
  assertEquals(await bash("lxops stop "), ["web ", "db ", "old:", "b\\ c/", "web.yaml "]);
  assertEquals(await bash("lxops stop w"), ["web ", "web.yaml "]);
  assertEquals(await bash("lxops stop old:w"), ["web "]);
  assertEquals(await bash("lxops cp we"), ["web:", "web.yaml "]);
  assertEquals(await bash("lxops file pull we"), ["web/"]);
});

Deno.test("__complete escapes names, and leaves out what a terminal does not show", async () => {
  assertEquals(await bash("lxops image show "), ["alpine/3.22 ", "my\\ own ", "old:", "images:"]);
  assertEquals(await bash('lxops image show "my'), ["my own"]);
  assertEquals(await bash("lxops create --profile "), ["default ", "\\$\\(reboot\\) ", "old:"]);
});

Deno.test("__complete knows volumes, snapshots and remotes", async () => {
  assertEquals(await bash("lxops volume export "), ["default/", "old:"]);
  assertEquals(await bash("lxops volume export default/"), ["default/data "]);
  assertEquals(await bash("lxops publish web/"), ["web/monday "]);
  assertEquals(await bash("lxops publish web m"), ["monday "]);
  assertEquals(await bash("lxops remote remove "), ["old "]);
  assertEquals(await bash("lxops pool tend "), ["ci ", "old:"]);
});

Deno.test("__complete tells zsh and fish what each word is, with the words as they are", async () => {
  assertEquals((await complete(["zsh", "star", "lxops"])).lines, [
    "+start\tStart instances; running instances are left alone",
  ]);
  assertEquals((await complete(["zsh", "b", "lxops", "launch"])).lines, ["-b c/\t"]);
  assertEquals((await complete(["fish", "b\\ ", "lxops", "launch"])).lines, ["b c/"]);
  assertEquals((await complete(["tcsh", "b", "lxops", "launch"])).lines, []);
});

Deno.test("__complete sends one request for the names of a kind, in the project of the line", async () => {
  const { asked } = await complete(["bash", "lxops exec --project=p ", "", BREAKS]);
  assertEquals(asked, ["/1.0/instances?project=p"]);
});

Deno.test("__complete is silent where the daemon refuses, and does not wait for one that does not answer", async () => {
  const refusing = () => Promise.reject(new Error("refused"));
  assertEquals((await complete(["bash", "lxops create ", "", BREAKS], refusing)).lines, ["old:", "images:"]);
  const begin = performance.now();
  assertEquals(
    (await complete(["bash", "lxops create ", "", BREAKS], () => new Promise(() => {}))).lines,
    [],
  );
  const took = performance.now() - begin;
  assertEquals(took >= 290 && took < 3000, true, `${took} ms`);
});

Deno.test("completion prints a script for each shell, and refuses others", async () => {
  const printed = async (shell: string) =>
    await run(["completion", shell], { world, controls: () => recorder(memoryServer(world)) });
  for (const [shell, script] of Object.entries(SCRIPTS)) assertEquals((await printed(shell)).stdout, script);
  const { code, stderr } = await printed("basch");
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'did you mean "bash"');
});
