/** `status --guest` finds the changes of an administrator who knows nothing about what lxops compares. */
import { assert, assertEquals } from "@std/assert";
import { inTurn } from "../support/daemon.ts";
import { ADDITIONS, BLIND_IN_BUSYBOX, BLIND_IN_DEBIAN, type BlindChange, MORE, MORE_OF } from "./blind.ts";
import { found, launchShop, type System } from "./shop.ts";

/** Returns the changes that no difference tells of, and the differences that no change explains. */
function unmatched(changes: readonly BlindChange[], names: readonly string[]) {
  const open = [...names];
  const missed: string[] = [];
  for (const [command, about] of changes) {
    const at = open.findIndex((name) => about.test(name));
    if (at < 0) missed.push(command);
    else open.splice(at, 1);
  }
  // A command may change more than one aspect of a thing.
  const wrong = open.filter((name) => !changes.some(([, about]) => about.test(name)));
  return { missed, wrong };
}

const CASES: readonly (readonly [System, string, readonly BlindChange[]])[] = [
  ["debian", "tb-hello", BLIND_IN_DEBIAN],
  ["busybox", "curl", BLIND_IN_BUSYBOX],
];

for (const [system, packaged, changes] of CASES) {
  inTurn(
    `status finds all of ${changes.length} blind changes in ${system}, and nothing else`,
    [],
    async (ground) => {
      assert(changes.length >= 40);
      const name = ground.name();
      const image = system === "debian" ? "debian" : "tiny";
      await launchShop(ground, { name, image, system, packaged, more: MORE + MORE_OF[system] });
      await ground.inside(name, `set -e\n${ADDITIONS.join("\n")}`);
      assertEquals((await found(ground, name)).names, [], "additions contradict nothing");
      await ground.inside(name, `set -e\n${changes.map(([command]) => command).join("\n")}`);
      const { names } = await found(ground, name);
      assertEquals(unmatched(changes, names), { missed: [], wrong: [] }, names.join("\n"));
    },
  );
}
