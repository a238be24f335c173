/** Every fault of a table is planted on a machine of the test's own, found by its name, and gone once it is mended. */
import { assert, assertEquals } from "@std/assert";
import { isTaken } from "../../support/sample.ts";
import { inTurn } from "../support/daemon.ts";
import type { Fault } from "./fault.ts";
import { OF_DAEMON } from "./of_daemon.ts";
import { OF_MACHINE } from "./of_machine.ts";
import { type Scene, withScene } from "./scene.ts";

const FAULTS: readonly Fault[] = [...OF_MACHINE, ...OF_DAEMON];

async function change(scene: Scene, how: Fault["make"]): Promise<void> {
  if (typeof how === "string") await scene.sh(how);
  else await how?.(scene);
}

async function findFault(scene: Scene, fault: Fault): Promise<void> {
  const { title, id, also = [], how = {} } = fault;
  try {
    await change(scene, fault.make);
    const { code, found } = await scene.doctor(how);
    assertEquals(
      found.map((one) => one.id).toSorted(),
      [id, ...also].toSorted(),
      `${title}: ${JSON.stringify(found)}`,
    );
    assertEquals(code, found.some(({ severity }) => severity === "error") ? 1 : 0, title);
    if (fault.fixed) {
      const fixed = await scene.doctor({ ...how, args: ["--fix"] });
      const again = await scene.doctor(how);
      assertEquals([fixed.code, fixed.found, again.found], [0, [], []], title);
    }
  } finally {
    await change(scene, fault.end);
  }
}

inTurn(
  "doctor finds nothing on a sound machine, and every fault that is planted",
  ["bed"],
  async (ground, t) => {
    assert(FAULTS.length >= 25);
    await withScene(ground, async (scene) => {
      assertEquals(await scene.doctor(), { code: 0, found: [] });
      for (const [index, fault] of FAULTS.entries()) {
        // Others may not read the source, nor what is loaded with it.
        const isSkipped = fault.how?.groups !== undefined && ground.daemon.argv.length > 1;
        if (isSkipped) console.log(`skipped: ${fault.id} needs the built program`);
        else if (isTaken(index, 4)) {
          await t.step(`${fault.title}: ${fault.id}`, () => findFault(scene, fault));
        }
      }
      assertEquals(await scene.doctor(), { code: 0, found: [] });
    });
  },
);
