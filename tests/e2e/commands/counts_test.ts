import { assert, assertEquals } from "@std/assert";
import { type Counts, startProxy } from "../../../scripts/bench/proxy.ts";
import { type Ground, onBoth, places } from "../support/daemon.ts";

interface Cost extends Counts {
  /** The number of times each request was sent, without names, ids and requests that are repeated. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Programs of the host that were run. */
  readonly programs: readonly string[];
}

/**
 * Requests whose number depends on time: for the state of an instance or the progress of an operation, and the look at
 * its own lock of a run that took more than two seconds.
 */
const REPEATED = [
  "GET /1.0/instances/NAME/state",
  "GET /1.0/operations/ID",
  "GET /1.0/profiles/lxops.lock.NAME",
];

const CLOUD_CONFIG = `#cloud-config
packages: [p1, p2, p3, p4, p5, p6, p7, p8]
write_files:
${
  [1, 2, 3, 4, 5].map((n) => `- {path: /etc/${n}, content: text}\n`).join("")
}users: [{name: anna}, {name: berta}]
runcmd: [echo 1, echo 2, echo 3, echo 4, echo 5]
`;

async function writeConfig(ground: Ground): Promise<void> {
  await ground.write("all.cfg", CLOUD_CONFIG);
  await ground.write(
    "all.yaml",
    `#lxops-v1
ostype: alpine
image: tiny
cloud-config-files: [all.cfg]
filesystems:
  plain: {pattern: ${places.directory}/(instance), destroy: true}
devices:
${
      ["etc/opt", "home", "var/log", "opt", "srv"].map((path, i) =>
        `  d${i}: {path: /${path}, filesystem: plain}\n`
      ).join("")
    }`,
  );
}

/** Runs lxops behind a proxy and a trace. */
async function cost(ground: Ground, name: string, args: readonly string[]): Promise<Cost> {
  const log = `${ground.dir}/trace`;
  const strace = [places.strace!, "-f", "-qq", "-e", "trace=execve", "-o", log];
  await using proxy = startProxy(`${ground.dir}/proxy`, ground.daemon.socket!);
  await ground.ok(["-socket", proxy.socket, ...args], { argv: [...strace, ...ground.daemon.argv] });
  const kinds: Record<string, number> = {};
  for (const line of proxy.asked()) {
    const kind = line.replace(/\?.*/, "").replaceAll(name, "NAME").replace(
      /operations\/[^/]+/,
      "operations/ID",
    );
    if (!REPEATED.includes(kind)) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  // The first one is lxops itself.
  const programs = (await Deno.readTextFile(log)).split("\n")
    .flatMap((line) => /execve\("([^"]+)".* = 0$/.exec(line)?.[1]?.split("/").pop() ?? []).slice(1);
  const counts = proxy.counts();
  await Deno.remove(proxy.socket);
  return { ...counts, kinds, programs };
}

/** Times that all is tried: where a lock takes a second, as on a busy machine, the lists are asked for once more. */
const TRIES = 3;

onBoth("a launch, a second configure and a destroy cost no more requests, connections and programs", [
  "directory",
  "strace",
], async (ground) => {
  await writeConfig(ground);
  for (let tries = 1;; tries++) {
    try {
      return await assertCosts(ground, ground.name(`-${tries}`));
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
});

async function assertCosts(ground: Ground, name: string): Promise<void> {
  const launch = await cost(ground, name, ["launch", "-name", name, "all.yaml"]);
  assertEquals(launch.kinds, {
    "GET /1.0": 1,
    "GET /1.0/instances": 1,
    "GET /1.0/profiles": 1,
    "GET /1.0/images": 1,
    // Its lock, and its profile.
    "POST /1.0/profiles": 2,
    "DELETE /1.0/profiles/lxops.lock.NAME": 1,
    "POST /1.0/instances": 1,
    "GET /1.0/instances/NAME": 1,
    "PUT /1.0/instances/NAME/state": 1,
    "POST /1.0/instances/NAME/exec": 1,
    "GET /1.0/operations/ID/wait": 3,
    "GET /1.0/operations/ID/websocket": 4,
    // The record of what the script has applied.
    "PATCH /1.0/instances/NAME": 1,
  });
  // Each request has a connection of its own. One more finds the socket, and each of the two operations may give up the
  // question for its progress when its connection has just been opened.
  assert(
    launch.connections <= launch.requests + 3,
    `${launch.connections} connections for ${launch.requests} requests`,
  );
  // New directories get their names only when they are given away; until there is a container their owner is a guess.
  // One program tells which process this is, for the lock.
  assertEquals([...new Set(launch.programs)], ["cat", "chown"]);
  assert(launch.programs.length <= 3, launch.programs.join(" "));

  const again = await cost(ground, name, ["configure", "-name", name, "all.yaml"]);
  assertEquals(again.kinds, {
    "GET /1.0": 1,
    "GET /1.0/instances": 1,
    "GET /1.0/profiles": 1,
    "POST /1.0/profiles": 1,
    "DELETE /1.0/profiles/lxops.lock.NAME": 1,
    // The journal is read by a program of the instance: the daemon would wait for whatever lies in its place.
    "POST /1.0/instances/NAME/exec": 1,
    "GET /1.0/operations/ID/wait": 1,
    "GET /1.0/operations/ID/websocket": 4,
  });
  // One program tells which process this is; one what is mounted, as a directory can be mounted at a second place.
  assertEquals([again.execs, again.programs], [1, ["cat", "cat"]]);

  const destroy = await cost(ground, name, ["destroy", "-force", "-name", name, "all.yaml"]);
  assertEquals(destroy.kinds, {
    "GET /1.0": 1,
    "GET /1.0/projects": 1,
    "GET /1.0/instances": 1,
    "GET /1.0/profiles": 1,
    "POST /1.0/profiles": 1,
    "DELETE /1.0/profiles/lxops.lock.NAME": 1,
    "PUT /1.0/instances/NAME/state": 1,
    "DELETE /1.0/instances/NAME": 1,
    "DELETE /1.0/profiles/NAME.lxops": 1,
    "GET /1.0/operations/ID/wait": 2,
  });
  // One program tells which process this is, for the lock and the note that the instance is being stopped; one what is mounted for
  // lxops and for the daemon, which also tells where directories have second places; one looks again at what is mounted; and right
  // before the removal one finds the containers of the machine, and one for each of them, and for lxops, tells what it has mounted.
  const programs = destroy.programs.join(" ").replace(/find( cat)+/, "find cat...");
  assertEquals([destroy.execs, programs], [0, "cat cat du cat find cat... rm"]);
}
