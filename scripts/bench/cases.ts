/**
 * Cases about instances: launch, rebuild, configure, delete, destroy, and programs in them.
 *
 * @module
 */
import type { Case } from "./case.ts";
import { longestGap } from "./downtime.ts";
import { readOutput } from "./floor_exec.ts";
import { type Ground, makeInstance } from "./ground.ts";
import { directories, instanceBody, RECORD, scripts } from "./workload.ts";

const all = (names: readonly string[], action: (name: string) => Promise<unknown>) =>
  Promise.all(names.map(action));
const files = (names: readonly string[]) => names.map((name) => `${name}.yaml`);

async function launchFloor(ground: Ground, names: readonly string[]): Promise<void> {
  await all(names, async (name) => {
    await makeInstance(ground, name);
    await ground.raw.address(name);
    await configureFloor(ground, name);
  });
}

/** Configures an instance, and then notes on it what was applied. */
async function configureFloor({ raw }: Ground, name: string): Promise<void> {
  await raw.exec(name, scripts.configure);
  await raw.send("PATCH", `/1.0/instances/${name}`, { config: RECORD });
}

/** Returns the state that a launch has to reach, without values that the daemon chooses itself. */
async function instanceState(ground: Ground, names: readonly string[]): Promise<unknown> {
  return await Promise.all(names.map(async (name) => {
    const found = await ground.raw.send("GET", `/1.0/instances/${name}`);
    const profile = await ground.raw.send("GET", `/1.0/profiles/${name}.lxops`);
    const config = Object.entries(found["config"] as Record<string, string>)
      .filter(([key]) => !/^volatile\.|^user\.lxops\.state$/.test(key)).sort()
      .map(([key, value]) => key in RECORD ? [key] : [key, value]);
    return {
      status: found["status"],
      profiles: found["profiles"],
      config,
      devices: found["devices"],
      profile: [profile["description"], profile["config"], profile["devices"]],
      directories: await Promise.all(
        directories(ground.place, name).map(async (path) => {
          const { mode, uid, gid } = await Deno.lstat(path);
          return [path, mode, uid, gid];
        }),
      ),
      inside: found["status"] === "Running" ? await ground.raw.output(name, scripts.state) : "",
    };
  }));
}

/** Remains of deleted instances. */
async function remains(ground: Ground, names: readonly string[]): Promise<unknown> {
  return await Promise.all(names.map(async (name) => [
    await ground.raw.attempt("GET", `/1.0/instances/${name}`),
    await ground.raw.attempt("GET", `/1.0/profiles/${name}.lxops`),
    await Deno.lstat(directories(ground.place, name)[0]!).then(() => true, () => false),
  ]));
}

async function running(ground: Ground, names: readonly string[]): Promise<void> {
  await all(names, async (name) => {
    await makeInstance(ground, name);
    await ground.raw.address(name);
  });
}

async function stopped(ground: Ground, names: readonly string[]): Promise<void> {
  await all(names, async (name) => {
    await makeInstance(ground, name);
    await ground.raw.send("PUT", `/1.0/instances/${name}/state`, {
      action: "stop",
      force: true,
      timeout: 10,
    });
  });
}

/**
 * Rebuilds an instance by the fewest possible requests that do all that a safe rebuild has to: it locks the instance and
 * reads its users, whose ids the new one has to keep.
 */
async function rebuildFloor(ground: Ground, names: readonly string[]): Promise<void> {
  const [name = ""] = names;
  await ground.raw.send("POST", "/1.0/profiles", { name: `lxops.lock.${name}` });
  await ground.raw.output(name, "cat /etc/passwd /etc/group");
  await bareRebuildFloor(ground, names);
  await ground.raw.send("DELETE", `/1.0/profiles/lxops.lock.${name}`);
}

/** Rebuilds an instance by the fewest possible requests where nobody else works on it and no user owns files. */
async function bareRebuildFloor(ground: Ground, [name = ""]: readonly string[]): Promise<void> {
  const { raw, image } = ground;
  const path = (one: string) => `/1.0/instances/${one}`;
  const [made, old] = [`${name}-lxops-new-floor`, `${name}-lxops-old-floor`];
  const { config } = await raw.send("GET", path(name)) as { config: Record<string, string> };
  const mac = config["volatile.eth0.hwaddr"]!;
  const body = instanceBody(ground.place, name, image);
  const marks = { "user.lxops.role": "unfinished", "boot.autostart": "false", ...GUARD };
  await raw.send("POST", "/1.0/instances", {
    ...body,
    name: made,
    config: { ...body["config"] as object, ...marks },
  });
  await raw.send("PATCH", path(made), { config: { "user.lxops.role": "new" } });
  await raw.send("PUT", `${path(name)}/state`, { action: "stop", timeout: 5 });
  await raw.send("PATCH", path(name), {
    config: { "user.lxops.role": "old", "user.lxops.nics": mac, "volatile.eth0.hwaddr": "" },
  });
  await raw.send("POST", path(name), { name: old });
  await raw.send("POST", path(made), { name });
  // At every point exactly one of them can start.
  await raw.send("PATCH", path(old), { config: { "boot.autostart": "false", ...GUARD } });
  await raw.send("PATCH", path(name), {
    config: { "volatile.eth0.hwaddr": mac, "boot.autostart": "", "linux.kernel_modules": "" },
  });
  await raw.send("PUT", `${path(name)}/state`, { action: "start", timeout: -1 });
  await raw.address(name);
  await raw.send("PATCH", path(name), { config: { "user.lxops.role": "", ...RECORD } });
  await raw.send("DELETE", path(old));
}

const GUARD = { "linux.kernel_modules": "lxops_spare_do_not_start" } as const;

function launchCase(instances: number, target: string, most?: number): Case {
  return {
    name: `launch ${instances}`,
    target,
    command: ["launch"],
    instances,
    argv: (_ground, names) => ["launch", ...files(names)],
    floor: launchFloor,
    state: instanceState,
    ...(most === undefined ? {} : { holds: ({ ratio }) => ratio !== undefined && ratio <= most }),
  };
}

/** Limits the time per instance to a multiple of that of an earlier case. */
function growsWith(name: string, instances: number, most: number): NonNullable<Case["holds"]> {
  return ({ case: own, seconds }, earlier) => {
    const few = earlier.find((one) => one.case === name);
    const many = Number(own.split(" ")[1]);
    return few && seconds.median / many <= most * few.seconds.median / instances;
  };
}

/** The cases, in the order in which they are run. */
export const instanceCases: readonly Case[] = [
  {
    ...launchCase(1, "1.20 x floor, 40 requests, 8 execs"),
    holds: ({ ratio, requests, execs }) => ratio! <= 1.2 && requests <= 40 && execs <= 8,
  },
  launchCase(2, ""),
  launchCase(4, ""),
  {
    ...launchCase(8, "1.25 x floor, 110 MB"),
    holds: ({ ratio, megabytes }) => ratio! <= 1.25 && (megabytes?.max ?? 0) <= 110,
  },
  launchCase(16, ""),
  { ...launchCase(32, "per instance 1.15 x launch 8"), holds: growsWith("launch 8", 8, 1.15) },
  {
    name: "rebuild",
    target: "1.20 x floor",
    command: ["rebuild"],
    instances: 1,
    bare: true,
    prepare: running,
    argv: (_ground, names) => ["rebuild", ...files(names)],
    floor: rebuildFloor,
    state: instanceState,
    holds: ({ ratio }) => ratio! <= 1.2,
  },
  {
    name: "rebuild beside bare requests",
    target: "",
    command: ["rebuild"],
    instances: 1,
    bare: true,
    prepare: running,
    argv: (_ground, names) => ["rebuild", ...files(names)],
    floor: bareRebuildFloor,
    state: instanceState,
  },
  {
    name: "downtime of a rebuild",
    target: "floor + 0.1 s",
    command: ["rebuild"],
    instances: 1,
    bare: true,
    prepare: running,
    argv: (_ground, names) => ["rebuild", ...files(names)],
    floor: rebuildFloor,
    measured: async ({ raw }, [name = ""], action) => await longestGap(await raw.address(name), action),
    state: instanceState,
    holds: ({ seconds, floor }) => seconds.median <= floor!.median + 0.1,
  },
  {
    name: "configure fresh",
    target: "",
    command: ["configure"],
    instances: 1,
    prepare: running,
    argv: (_ground, names) => ["configure", ...files(names)],
    floor: async (ground, names) => void await all(names, (name) => configureFloor(ground, name)),
    state: instanceState,
  },
  {
    name: "configure unchanged",
    target: "0.25 s",
    command: ["configure"],
    instances: 1,
    prepare: async (ground, names) => {
      await running(ground, names);
      const { lxops } = await import("./ground.ts");
      await lxops(ground, ["configure", ...files(names)]);
    },
    argv: (_ground, names) => ["configure", ...files(names)],
    holds: ({ seconds }) => seconds.median <= 0.25,
  },
  {
    name: "delete",
    target: "",
    command: ["delete"],
    instances: 1,
    prepare: stopped,
    argv: (_ground, names) => ["delete", ...files(names)],
    floor: async (ground, names) =>
      void await all(names, async (name) => {
        await ground.raw.send("DELETE", `/1.0/instances/${name}`);
        await ground.raw.send("DELETE", `/1.0/profiles/${name}.lxops`);
      }),
    state: remains,
  },
  {
    name: "destroy 8",
    target: "",
    command: ["destroy"],
    instances: 8,
    prepare: stopped,
    argv: (_ground, names) => ["destroy", ...files(names)],
    floor: async (ground, names) =>
      void await all(names, async (name) => {
        await ground.raw.send("DELETE", `/1.0/instances/${name}`);
        await ground.raw.send("DELETE", `/1.0/profiles/${name}.lxops`);
        await Deno.remove(directories(ground.place, name)[0]!, { recursive: true });
      }),
    state: remains,
  },
  {
    name: "exec 100 MB",
    target: "",
    command: ["instance", "exec"],
    instances: 1,
    prepare: running,
    argv: (_ground, [name = ""]) => ["instance", "exec", name, "--", "/bin/sh", "-c", HUNDRED_MB],
    floor: (ground, [name = ""]) => readOutput(ground.raw.socket, name, ["/bin/sh", "-c", HUNDRED_MB], 1e8),
  },
];

const HUNDRED_MB = `yes ${"x".repeat(79)} | head -c 100000000`;
