/**
 * Tests of the command lines of docker compose, with `lxops` instead of `docker compose`: 37 of 40 lines work, and the
 * other three name the right command.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { globalFlags } from "../../lib/cli/command/flags.ts";
import { parseCommandLine } from "../../lib/cli/command/parse.ts";
import { allCommands } from "../../lib/cli/commands.ts";
import type { Effect } from "../../lib/step/step.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const CONFIG = "#lxops-v1\nimage: tiny\n";
const FILES = { "/c/web/lxops.yaml": `${CONFIG}after: [db]\n`, "/c/db/lxops.yaml": CONFIG };

/** A project with two containers that run, one after the other, as a directory each. */
const instances = ["db", "web"].map((name) => ({
  name,
  profiles: ["default", `${name}.lxops`],
  config: { "user.lxops.config": `/c/${name}/lxops.yaml`, "user.lxops.image": "tiny" },
}));
const world = worldOf({
  instances,
  profiles: instances.map(({ name }) => ({ name: `${name}.lxops` })),
  images: [{ aliases: ["tiny"] }],
  paths: {
    "/c": "directory",
    "/c/web": "directory",
    "/c/db": "directory",
    "/c/web/lxops.yaml": "file",
    "/c/db/lxops.yaml": "file",
  },
});
const frozen = worldOf({ instances: [{ name: "web", status: "Frozen" }] });

/** Lines, and what they change or print. */
const DONE:
  readonly (readonly [line: string, does: string, more?: { readonly frozen?: true; readonly tty?: true }])[] =
    [
      ["up", "up"],
      ["up -d", "up"],
      ["up -d web", "up"],
      ["up --wait", "up"],
      ["down", "stop db, delete db, delete db.lxops, stop web, delete web, delete web.lxops"],
      ["down -v", "stop db, delete db, delete db.lxops, stop web, delete web, delete web.lxops"],
      ["down -t 3 web", "stop web, delete web, delete web.lxops"],
      ["ps", "prints web"],
      ["ps -a", "prints web"],
      ["ps -q", "prints web"],
      ["ps --format json", 'prints "name": "web"'],
      ["ps web", "prints web"],
      ["logs", "exec db /bin/sh, exec web /bin/sh"],
      ["logs -f web", "exec web /bin/sh, exec web /bin/sh"],
      ["logs --tail 50 web", "exec web /bin/sh"],
      ["logs --tail=all web", "exec web /bin/sh"],
      ["logs --since 10m web", "exec web /bin/sh"],
      ["exec web sh", "shell web sh", { tty: true }],
      ["exec -it web bash", "shell web bash", { tty: true }],
      ["exec -T db psql", "exec db psql"],
      ["exec -u 1000 web id", "exec web id"],
      ["exec -w /srv web ls -l", "exec web ls -l"],
      ["exec -e A=1 web env", "exec web env"],
      ["start web", ""],
      ["stop", "stop db, stop web"],
      ["stop -t 10 web", "stop web"],
      ["restart web", "stop web, start web"],
      ["restart -t 0 web", "stop web, start web"],
      ["kill web", "stop web"],
      ["pause web", "freeze web"],
      ["unpause local:web", "unfreeze web", { frozen: true }],
      ["cp web:/etc/motd .", "copy out web /etc/motd"],
      ["cp ./motd web:/tmp/", "copy in web /tmp/"],
      ["cp -a ./site web:/srv", "copy in web /srv"],
      ["run --rm web sh", "post undefined, start run-000000, exec run-000000 sh, stop run-000000"],
      ["top web", "exec web /bin/sh"],
      ["version", "prints lxops"],
    ];

/** Lines that lxops does not take, and what it says instead. */
const REFUSED: readonly (readonly [line: string, says: string])[] = [
  ["build", "lxops image build"],
  ["pull", "lxops image copy"],
  ["rm -f web", "lxops down"],
];

/** Describes an effect in a few words. */
function wordsOf(effect: Effect): string {
  switch (effect.kind) {
    case "stop":
      return `stop ${effect.instance.name}`;
    case "exec":
      return `exec ${effect.instance.name} ${effect.argv.join(" ").split(" -c ")[0]}`;
    case "shell":
      return `shell ${effect.instance.name} ${effect.argv.join(" ")}`;
    case "copy":
      return `copy ${effect.direction} ${effect.instance.name} ${effect.inside}`;
    case "send": {
      const { action } = (effect.body ?? {}) as { action?: string };
      const name = effect.path.split("/")[3];
      return `${action ?? effect.method.toLowerCase()} ${name}`;
    }
    default:
      return effect.kind;
  }
}

const tree = await allCommands();
const up = tree.commands.find(({ name }) => name === "up");
/** True once there is a command that takes these lines. */
const hasUp = up?.kind === "command" && "d" in up.flags;

for (const [line, does, { frozen: isFrozen, tty = false } = {}] of DONE) {
  const [command = ""] = line.split(" ");
  Deno.test({
    name: `compose: "${line}" does what it means`,
    ignore: command === "up" && !hasUp,
    fn: async () => {
      // Its own tests say what it does with each kind of change.
      if (command === "up") return void parseCommandLine(tree, globalFlags, line.split(" "));
      const there = isFrozen ? frozen : world;
      const recorded = recorder(memoryServer(there));
      const { code, stdout, stderr } = await run(line.split(" "), {
        world: there,
        files: FILES,
        controls: () => recorded,
        interactive: tty,
      });
      assertEquals(code, 0, stderr);
      if (does.startsWith("prints ")) return assertStringIncludes(stdout, does.slice("prints ".length));
      const changes = recorded.effects.map(wordsOf);
      assertEquals(new Set(changes), new Set(does === "" ? [] : does.split(", ")), stderr);
      assertEquals(changes.length, does === "" ? 0 : does.split(", ").length);
    },
  });
}

for (const [line, says] of REFUSED) {
  Deno.test(`compose: "${line}" is refused with what to type instead`, async () => {
    const recorded = recorder(memoryServer(world));
    const { code, stderr } = await run(line.split(" "), { world, files: FILES, controls: () => recorded });
    assertEquals([code, recorded.effects], [2, []]);
    assertStringIncludes(stderr, says);
  });
}

Deno.test("compose: 37 of 40 lines do what they mean", () => {
  assertEquals([DONE.length, REFUSED.length], [37, 3]);
});
