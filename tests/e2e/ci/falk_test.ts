/** Machines of justin, by its protocol for the type "custom"; ci_test.ts of images has them with SSH and a pinned key. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, socketVariable } from "../support/daemon.ts";
import { freePort } from "../support/network.ts";
import { Custom, type Machine } from "./justin.ts";
import { greeting, listeningImage } from "./listening.ts";

/** Returns the machines of the test that there are. */
async function machines(ground: Ground): Promise<readonly string[]> {
  const all: readonly { readonly name: string; readonly config: Readonly<Record<string, string>> }[] =
    await ground.get("/1.0/instances?recursion=1");
  return all.filter(({ config }) => config["user.lxops.image"] === `${ground.id}-ssh`).map(({ name }) =>
    name
  );
}

inTurn("machines of justin last as long as their launch, and leave nothing", [], async (ground) => {
  const alias = await listeningImage(ground);
  await ground.write("ci.yaml", 'limits: {processes: "200"}\n');
  const { argv } = ground.daemon;
  const falk = (name: string, ...more: readonly string[]) => [
    ...[...argv, "ci", "falk", name, "-file", "ci.yaml"],
    ...more,
  ];
  const machine: Machine = {
    prepare: falk("prepare", alias),
    launch: falk("launch", alias),
    cleanup: falk("cleanup"),
    cwd: ground.dir,
    env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
  };
  try {
    // A job that turns its machine off in the end.
    const [one, two, three] = [freePort(), freePort(), freePort()];
    const first = new Custom(machine, one);
    await first.prepare();
    const process = first.launch();
    // A second job has a machine of the same image at the same time, by a port in its arguments.
    const second = new Custom({ ...machine, launch: falk("launch", "-port", "{SSHPORT}", alias) }, two);
    second.launch();
    assertEquals([await first.ready, await second.ready], [true, true]);
    await until(async () => await greeting(one) === "hello\n" && await greeting(two) === "hello\n", 60_000);
    const [name] = (await machines(ground)).toSorted();
    assertEquals((await machines(ground)).length, 2);
    const info = await ground.get(`/1.0/instances/${name}`);
    assertEquals([info.config["limits.processes"], info.ephemeral], ["200", true]);
    await first.cleanup();
    assertEquals((await machines(ground)).length, 2, "a cleanup took machines that are in use");
    const ports = new Map(
      await Promise.all((await machines(ground)).map(async (name) => {
        const { devices } = await ground.get(`/1.0/instances/${name}`);
        return [String(devices.ssh.listen), name] as const;
      })),
    );
    await ground.run(["exec", ports.get(`tcp:127.0.0.1:${one}`)!, "poweroff", "-f"]);
    assert(await first.waitForShutdown(30_000));
    assertEquals((await process.status).code, 0);
    assertEquals((await machines(ground)).length, 1);
    // A job that is over before its machine is.
    assert(await second.terminate(), "SIGKILL was needed");
    assertEquals(await machines(ground), []);
    await second.cleanup();
    // A launch that is killed leaves its machine to the cleanup.
    const third = new Custom(machine, three);
    third.launch();
    assert(await third.ready);
    await until(async () => await greeting(three) === "hello\n", 60_000);
    await third.kill();
    assertEquals((await machines(ground)).length, 1);
    await third.cleanup();
    assertEquals(await machines(ground), []);
    // What justin could not use is refused at once.
    await assertRejects(() => new Custom({ ...machine, prepare: falk("prepare", "none") }, one).prepare());
    await assertRejects(() => new Custom(machine, one, true).prepare());
  } finally {
    await ground.run(["ci", "falk", "cleanup"]);
    await ground.run(["image", "delete", alias]);
  }
});
