/**
 * Tests of CI systems that call twice for one instance, and of copies of instances: no call removes the instance of
 * another one.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../../lib/base/errors.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryLocks } from "../../../fakes/memory_locks.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { FILES, INSTANCE, RUN } from "../../../support/ci_commands.ts";

const GARM = {
  GARM_CONTROLLER_ID: "c",
  GARM_PROVIDER_CONFIG_FILE: "/c/ci.yaml",
  GARM_POOL_ID: "p",
};
const images = [{ aliases: ["tiny"] }];

Deno.test("garm's CreateInstance leaves an instance alone that another call has made meanwhile", async () => {
  const world = worldOf({ images });
  const other = worldOf({
    instances: [{ name: "a", config: { "user.lxops.run": "a garm-c", "user.runner-controller-id": "c" } }],
  });
  let isMade = false;
  const server = {
    ...memoryServer(world),
    instance: () => Promise.resolve(isMade ? [...other.instances.values()][0] : undefined),
  };
  const controls = recorder(server, {
    send: ({ method }) => {
      if (method !== "POST") return;
      isMade = true;
      throw new ServerError('Instance "a" already exists', { status: 409 });
    },
  });
  const { code, stderr } = await run(["ci", "garm"], {
    world,
    server,
    env: { ...GARM, GARM_COMMAND: "CreateInstance" },
    files: FILES,
    stdin: JSON.stringify({
      name: "a",
      image: "tiny",
      "metadata-url": "https://g/metadata",
      "callback-url": "https://g/callbacks",
      "instance-token": "t",
    }),
    controls: () => controls,
  });
  assertEquals(code, 31, stderr);
  const sent = controls.effects.map((one) => one.kind === "send" ? one.method : one.kind);
  assertEquals([sent.at(-1), sent.includes("DELETE")], ["POST", false]);
});

Deno.test("garm does not see copies of its instances, and removes none", async () => {
  const config = {
    "user.lxops.run": "a garm-c",
    "user.runner-controller-id": "c",
    "user.runner-pool-id": "p",
  };
  const [own, copy] = [{ name: "a", config }, { name: "mycopy", config }];
  const garm = async (env: Readonly<Record<string, string>>, instances = [copy]) => {
    const world = worldOf({ instances });
    const controls = recorder(memoryServer(world));
    const options = { world, env: { ...GARM, ...env }, files: FILES, controls: () => controls };
    return { ...await run(["ci", "garm"], options), effects: JSON.stringify(controls.effects) };
  };
  const listed = await garm({ GARM_COMMAND: "ListInstances" }, [own, copy]);
  assertEquals(JSON.parse(listed.stdout).map(({ name }: { name: string }) => name), ["a"]);
  const all = await garm({ GARM_COMMAND: "RemoveAllInstances" });
  assertEquals([all.code, all.effects], [0, "[]"], all.stderr);
  const one = await garm({ GARM_COMMAND: "DeleteInstance", GARM_INSTANCE_ID: "mycopy" });
  assertEquals([one.code, one.effects], [1, "[]"]);
  assertStringIncludes(one.stderr, "it is a copy of an instance of garm");
});

Deno.test("ci gitlab prepare locks its job, also where no cache is shared", async () => {
  const world = worldOf({ images });
  const server = memoryServer(world);
  const locks = memoryLocks();
  const { code, stderr } = await run(["ci", "gitlab", "prepare"], {
    world,
    server,
    env: { JOB_RESPONSE_FILE: "/c/job.json", LXOPS_CI_FILE: "/c/ci.yaml" },
    files: { ...FILES, "/c/ci.yaml": "images: [tiny]\ndefault-image: tiny\nrunner: none\nwait: exec\n" },
    locks,
    controls: () => {
      assert([...locks.all.keys()].includes(`default lxops.lock.${INSTANCE}`));
      return recorder(server);
    },
  });
  assertEquals(code, 0, stderr);
  assertEquals(locks.asked.filter((one) => one.startsWith("create")), [
    `create default lxops.lock.${INSTANCE}`,
  ]);
});

Deno.test("ci gitlab cleanup looks for instances once no prepare works on the job any more", async () => {
  const world = worldOf({
    instances: [{ name: INSTANCE, config: { "user.lxops.run": `${INSTANCE} ${RUN}` } }],
  });
  const locks = memoryLocks();
  const key = `default lxops.lock.${INSTANCE}`;
  const seen: boolean[] = [];
  const memory = memoryServer(world);
  const instances: typeof memory.instances = async (...all) => {
    seen.push(locks.all.has(key));
    return await memory.instances(...all);
  };
  const server = { ...memory, instances };
  const cleanup = (...args: readonly string[]) =>
    run(["ci", "gitlab", "cleanup", ...args], {
      world,
      server,
      env: { JOB_RESPONSE_FILE: "/c/job.json", LXOPS_CI_FILE: "/c/ci.yaml" },
      files: FILES,
      locks,
      controls: () => recorder(server),
    });
  const { stderr } = await cleanup();
  assertEquals([seen[0], locks.all.has(key)], [true, false], stderr);
  await cleanup("--dry-run");
  assertEquals(locks.asked.filter((one) => one === `create ${key}`).length, 1);
});
