/** Every program of a plan that works on a directory with all that is in it says so, and is looked at. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl } from "@std/path";
import { StateError } from "../../../lib/base/errors.ts";
import { moveDirectory, putAway } from "../../../lib/plan/commands/copy.ts";
import { removeDirectory } from "../../../lib/plan/commands/host.ts";
import { checkUnheld } from "../../../lib/run/perform/trees.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import type { Command } from "../../../lib/ports/mod.ts";
import { goldenCases } from "../../golden/cases.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { run } from "../../fakes/memory_app.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../world_spec.ts";

/** Arguments of programs that walk or remove a directory. */
const WALKS: readonly RegExp[] = [
  /^rm .*-r/,
  /^mv (?!-T -f )/,
  /^cp /,
  /^rsync /,
  /^tar --create /,
  /^(chown|chmod|setfacl) -R/,
  // With that depth it only looks into the one directory.
  /^find (?!.* -maxdepth 1 )/,
  /^zfs (destroy|rollback|unmount) (?!\S*@)/,
  /^zfs destroy -r/,
  /^zfs rollback/,
  /^zfs rename/,
];

function walks({ argv }: Command): boolean {
  const words = argv.map((word) => word.replaceAll(/[A-Za-z/-]+@/g, "@"));
  return WALKS.some((one) => one.test(words.join(" ")));
}

/** Words that build such a command line, in the code. */
const BUILDS =
  /argv: \[\s*"(rm", "-r"|mv", "-T", "--"|cp"|rsync"|tar",\s*"--create"|chown",\s*"-R"|find"|zfs", "(destroy|rollback|unmount|rename)")/g;

Deno.test("every command line that goes through a directory is built by a function that names it", async () => {
  const root = fromFileUrl(new URL("../../../lib", import.meta.url));
  const bare: string[] = [];
  let built = 0;
  for await (const { path } of walk(root, { exts: [".ts"], includeDirs: false })) {
    const text = await Deno.readTextFile(path);
    for (const { index } of text.matchAll(BUILDS)) {
      built++;
      const end = text.indexOf("\n}\n", index);
      const body = text.slice(index, end);
      // A snapshot is nothing that is mounted; what is cloned from it, its planner names.
      if (!/trees: \[/.test(body) && !body.includes("snapshot]")) {
        bare.push(`${path}: ${text.slice(index, index + 60)}`);
      }
    }
  }
  assertEquals(bare, []);
  assert(built >= 12, `${built} were found`);
});

for (const one of goldenCases()) {
  Deno.test(`every program that walks was looked at before it runs: ${one.name}`, async () => {
    const recorded = recorder(memoryServer(one.world));
    const seen: Command[] = [];
    const host = {
      ...recorded.host,
      run: (...[command, ...rest]: Parameters<typeof recorded.host.run>) => {
        seen.push(command);
        return recorded.host.run(command, ...rest);
      },
    };
    await run(one.args, { ...one, controls: () => ({ ...recorded, host }) });
    for (const command of seen) {
      const { argv, trees = [] } = command;
      if (argv[0] === "ssh" || !walks(command)) continue;
      assert(trees.length > 0, `${argv.join(" ")} does not say what it walks`);
      for (const use of trees) assert(use.looked, `${argv.join(" ")}: nobody looked at ${use.path}`);
    }
  });
}

Deno.test("perform() does not run unchecked steps, nor steps that would go into a new mount", async () => {
  const trees = [{ use: "remove", kind: "directory", path: "/srv/a" }] as const;
  const recorded = recorder(memoryServer(worldOf({})));
  const mount = { mountpoint: "/srv/a/b", type: "ext4", source: "/dev/vda", root: "/x", device: "254:0" };
  const controls = { ...recorded, host: { ...recorded.host, mounts: () => Promise.resolve([mount]) } };
  const tried = async (looked?: true) => {
    const uses = trees.map((one) => looked ? { ...one, looked } : one);
    const effect = { kind: "run", argv: ["rm", "-r", "--", "/srv/a"], trees: uses } as const;
    try {
      await perform(effect, {
        instance: "a",
        controls,
        report: () => {},
        signal: new AbortController().signal,
      });
      return "it ran";
    } catch (error) {
      return String(error);
    }
  };
  assert((await tried()).includes("nobody looked"), await tried());
  assert((await tried(true)).includes('mounted at "/srv/a/b" meanwhile'), await tried(true));
  assertEquals(recorded.effects, []);
});

Deno.test("perform() removes and replaces no directory that a container has mounted", async () => {
  const recorded = recorder(memoryServer(worldOf({})));
  const asked: string[] = [];
  const host = {
    ...recorded.host,
    containersWith: (path: string) => {
      asked.push(path);
      return Promise.resolve(asked.length < 3 ? ['Container "b" (process 7)'] : []);
    },
  };
  const tried = async (command: Command) => {
    const trees = command.trees!.map((one) => ({ ...one, looked: true as const }));
    const signal = new AbortController().signal;
    await perform({ kind: "run", ...command, trees }, {
      instance: "a",
      controls: { ...recorded, host },
      report: () => {},
      signal,
    });
    return recorded.effects.length;
  };
  // The processes of an instance end soon after it was stopped.
  assertEquals(await tried(removeDirectory("/srv/a")), 1);
  assertEquals(asked, ["/srv/a", "/srv/a", "/srv/a"]);
  assertEquals(await tried(moveDirectory("/srv/b", "/srv/c")), 2);
  assertEquals(asked.length, 3);
  host.containersWith = () => Promise.resolve(['Container "b" (process 7)']);
  for (const command of [putAway("/srv/a", "/srv/b"), removeDirectory("/srv/a")]) {
    await assertRejects(
      () => checkUnheld(command, host, new AbortController().signal, 0),
      StateError,
      'Container "b" (process 7) has "/srv/a" mounted',
    );
    await assertRejects(() => checkUnheld(command, host, AbortSignal.abort()), DOMException);
  }
});
