import { assertEquals } from "@std/assert";
import { CommandError, LxopsError } from "../../../lib/base/errors.ts";
import { settingsOf } from "../../../lib/plan/output/config_locations.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf } from "../world_spec.ts";

const CONFIG = `filesystems:
  main: {pattern: tank/(instance)}
  files: {pattern: /srv/(instance)}
  cache: {pattern: /srv/(instance)-cache}
`;

async function settings(argv: readonly string[], stderr?: string) {
  const [target] = await targetsOf({ "a.yaml": CONFIG });
  const error = stderr === undefined
    ? new LxopsError("no")
    : new CommandError("no", { argv: argv as [string], code: 1, stderr });
  const step = { title: "Do", effect: { kind: "run", argv: argv as [string, ...string[]] } } as const;
  return settingsOf(step, error, target!, worldOf({}));
}

Deno.test("settingsOf() tells where the filesystems of a step are set, datasets by their directories too", async () => {
  assertEquals(await settings(["zfs", "destroy", "tank/a@s1"]), [
    "Configured at a.yaml:3:3 filesystems.main",
  ]);
  assertEquals(await settings(["mkdir", "--", "/srv/a-cache", "/tank/a/home"]), [
    "Configured at a.yaml:5:3 filesystems.cache",
    "Configured at a.yaml:3:3 filesystems.main",
  ]);
  assertEquals(await settings(["zfs", "list", "tank/ab", "/srv/abc"]), []);
});

Deno.test("settingsOf() tells only of those that a program complained of, where it did", async () => {
  const argv = ["mkdir", "--", "/srv/a", "/tank/a/home"];
  assertEquals(await settings(argv, "mkdir: cannot create '/tank/a/home': Read-only file system"), [
    "Configured at a.yaml:3:3 filesystems.main",
  ]);
  assertEquals((await settings(argv, "mkdir: out of memory")).length, 2);
});
