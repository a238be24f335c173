/**
 * `adopt`: instances that were made by hand, with the clients of their daemons, get configurations by which nothing is
 * to be changed, and which a rebuild keeps.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { freeAddresses, freePorts } from "../support/network.ts";
import { client } from "./client.ts";
import { HAND_MADE } from "./instances.ts";

/** Does something for each of some things, a few at a time. */
async function inParallel<T>(all: readonly T[], most: number, act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(Array.from({ length: most }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await act(one);
  }));
}

const MARKS = /^(?:volatile|image|user\.lxops)\./;

/** Returns what an instance is, without what the daemon and lxops note on it. */
async function stateOf(ground: Ground, name: string): Promise<unknown> {
  const { config, devices, profiles, description } = await ground.get(`/1.0/instances/${name}`);
  const keys = Object.entries<string>(config).filter(([key]) => !MARKS.test(key)).sort();
  return { keys, devices, profiles, description };
}

inTurn("adopt writes configurations of 25 instances made by hand, which plan finds as they are", [
  "directory",
], async (ground) => {
  const title = ground.daemon.title;
  const ports = freePorts(HAND_MADE.length);
  const { network, addresses: [address] } = await freeAddresses(ground, 1);
  const made = HAND_MADE.map((one, index) => ({ ...one, index, name: ground.name(`-${index}`) }));
  try {
    await inParallel(made, 4, async ({ commands, name, index }) => {
      const directory = `${places.directory}/${ground.id}/${name}`;
      await Deno.mkdir(directory, { recursive: true });
      for (const command of commands) {
        const words = command === "SNAPSHOT"
          ? title === "Incus" ? ["snapshot", "create", name, "one"] : ["snapshot", name, "one"]
          : command.split(" ").map((word) =>
            word.replaceAll("NAME", name).replaceAll("PORT", `${ports[index]}`).replaceAll(
              "ADDRESS",
              address!,
            )
              .replaceAll("DIR", directory).replaceAll("NETWORK", network)
              .replaceAll("MAC", `5a:${(16 + Math.floor(Math.random() * 200)).toString(16)}:${16 + index}`)
          );
        await client(ground, words);
      }
    });
    const before = await Promise.all(made.map(({ name }) => ground.get(`/1.0/instances/${name}`)));
    await inParallel(made, 2, async ({ what, name, left }) => {
      const { code, stdout, stderr } = await ground.run(["adopt", "-o", `all/${name}`, name]);
      assertEquals(code, 0, `${what}: ${stderr}`);
      assertStringIncludes(stdout, "lxops plan has nothing to change", what);
      assertEquals(stderr.includes("It is not taken over"), left !== undefined, `${what}: ${stderr}`);
      const text = await Deno.readTextFile(`${ground.dir}/all/${name}/lxops.yaml`);
      assert(!text.includes("canary-77"), text);
    });
    assertEquals(await Promise.all(made.map(({ name }) => ground.get(`/1.0/instances/${name}`))), before);
    const plan = await ground.run(["plan", "all"]);
    assertEquals(
      [plan.code, plan.stdout.replaceAll(/^.*: up to date\n/gm, "")],
      [0, "No changes\n"],
      plan.stderr,
    );
    const changed = await ground.run(["plan", "--set", "limits.processes=777", `all/${made[1]!.name}`]);
    assertEquals(changed.code, 10, changed.stdout);
    assertEquals((await ground.run(["rebuild", `all/${made[0]!.name}/lxops.yaml`])).code, 9);

    // Taken over, they are the same, and so they are after a rebuild, and another one.
    const some = made.filter(({ index }) => index % 3 === 0);
    const files = some.map(({ name }) => `all/${name}/lxops.yaml`);
    const states = await Promise.all(some.map(({ name }) => stateOf(ground, name)));
    await ground.ok(["up", "--adopt", ...files]);
    assertEquals(await Promise.all(some.map(({ name }) => stateOf(ground, name))), states);
    await ground.ok(["rebuild", "--wait-stop", "0", ...files]);
    assertEquals((await ground.run(["plan", "all"])).code, 0);
    assertEquals(await Promise.all(some.map(({ name }) => stateOf(ground, name))), states);
    const nics = some.findIndex(({ what }) => what === "a NIC with a MAC address, and another one");
    await ground.ok(["rebuild", "--wait-stop", "0", files[nics]!]);
    assertEquals((await ground.run(["plan", files[nics]!])).code, 0);
    assertEquals(await stateOf(ground, some[nics]!.name), states[nics]);
  } finally {
    await client(ground, ["delete", "--force", ...made.map(({ name }) => name)]).catch(() => {});
    const of = (what: string) => made.find((one) => one.what === what)!.name;
    await client(ground, ["profile", "delete", `${of("two profiles")}-web`]).catch(() => {});
    await client(ground, ["storage", "volume", "delete", "default", of("a volume")]).catch(() => {});
  }
});
