/** Runs of lxops that exclude each other. LXOPS_TEST_RACES says how many races there are, 30 in the long run. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect } from "../../../lib/adapters/daemon/daemon.ts";
import { makeHost } from "../../../lib/adapters/host/host.ts";
import { StateError } from "../../../lib/base/errors.ts";
import { LOCK_PREFIX } from "../../../lib/ports/lock.ts";
import { Locks } from "../../../lib/run/lock/locks.ts";
import { filesystemLock, instanceLock } from "../../../lib/run/lock/names.ts";
import { lockStore } from "../../../lib/run/lock/store.ts";
import { fakeBackend } from "../../fakes/fake_daemon.ts";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, onBoth, places } from "../support/daemon.ts";
import { ask } from "../support/https.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems: {files: {pattern: ${places.directory}/(instance), destroy: true}}
devices: {www: {path: /srv/www, filesystem: files, dir: www}}
`;

/** Names of the locks that name an instance. */
async function locksOf(ground: Ground, name: string, project = "default"): Promise<readonly string[]> {
  const all: readonly string[] = await ground.get(`/1.0/profiles?project=${project}`) ?? [];
  return all.map((path) => path.slice("/1.0/profiles/".length).replace(/\?.*/, ""))
    .filter((one) => one.startsWith(LOCK_PREFIX) && one.includes(name));
}

/** Starts a command in a process of its own, to be killed. */
function start(ground: Ground, args: readonly string[]): Deno.ChildProcess {
  const [program, ...first] = ground.daemon.argv;
  return new Deno.Command(program!, {
    args: [...first, ...args],
    cwd: ground.dir,
    env: { [ground.daemon.title === "Incus" ? "INCUS_SOCKET" : "LXD_SOCKET"]: ground.daemon.socket! },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

const RACERS: readonly (readonly string[])[] = [
  ["launch"],
  ["rebuild", "-wait-stop", "0"],
  ["configure"],
  ["snapshot"],
  ["rollback", "-s", "s"],
  ["destroy", "--force", "-wait-stop", "0"],
];

/** Every pair of two commands in turn, the same twice included. */
function pairOf(round: number): readonly [readonly string[], readonly string[]] {
  const at = round % RACERS.length;
  return [RACERS[at]!, RACERS[(at + Math.floor(round / RACERS.length)) % RACERS.length]!];
}

const races = Number(Deno.env.get("LXOPS_TEST_RACES") ?? 2);

inTurn(
  "two commands on one instance exclude each other, and leave it whole",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const is = ["-name", name, "a.yaml"];
    await ground.write("a.yaml", CONFIG());
    // Both find that it does not exist.
    const launched = await Promise.all([ground.run(["launch", ...is]), ground.run(["launch", ...is])]);
    assertEquals(launched.map(({ code }) => code).sort(), [0, 11], JSON.stringify(launched));
    const { stderr } = launched.find(({ code }) => code === 11)!;
    assertStringIncludes(stderr, `another lxops works on instance "${name}" (process `);
    assertStringIncludes(stderr, "ps -fp ");
    try {
      let locked = 0;
      for (let round = 0; round < races; round++) {
        const [one, other] = pairOf(round);
        await ground.ok(["destroy", "--force", "-wait-stop", "0", ...is]);
        if (round % 2 === 0 || one[0] !== "launch") {
          await ground.ok(["launch", ...is]);
          await ground.ok(["snapshot", "-s", "s", ...is]);
        }
        const wait = round % 3 === 1 ? ["--lock-timeout", "60"] : [];
        const outcomes = await Promise.all([one, other].map((args) => ground.run([...args, ...wait, ...is])));
        const codes = outcomes.map(({ code }) => code);
        const said = `${one.join(" ")} beside ${other.join(" ")}: ${JSON.stringify(outcomes)}`;
        if (wait.length > 0) assert(!codes.includes(11), said);
        locked += codes.filter((code) => code === 11).length;
        // The second finds what the first has left: nothing, or an instance that is there already.
        for (const code of codes) assert([0, 7, 8, 9, 11].includes(code), said);
        assert(codes.some((code) => code !== 11), said);
        const instances: readonly string[] = await ground.get("/1.0/instances");
        const left = instances.map((path) => path.slice("/1.0/instances/".length)).filter((one) =>
          one.includes(name)
        );
        assert(left.every((found) => found === name), `${left} after ${said}`);
        assertEquals(await locksOf(ground, name), [], said);
        // Whichever command won, the same commands continue from there.
        await ground.ok(["launch", "--resume", ...is]);
        const info = await ground.get(`/1.0/instances/${name}`);
        assertEquals([info.status, Object.keys(info.config).filter((key) => /frozen|restart/.test(key))], [
          "Running",
          [],
        ], said);
      }
      assert(locked > 0 || races < 3, "no race has met the other");
    } finally {
      await ground.run(["destroy", "--force", "-wait-stop", "0", ...is]);
    }
  },
);

inTurn("a lock of a killed run is taken over at once, and one of a run that was interrupted is gone", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  await ground.write("a.yaml", `#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [a.cfg]\n`);
  await ground.write("a.cfg", "#cloud-config\nruncmd: [sleep 60]\n");
  const running = async () => (await ground.get(`/1.0/instances/${name}`))?.status === "Running";
  const first = start(ground, ["launch", ...is]);
  await until(running);
  assertEquals(await locksOf(ground, name), [`lxops.lock.${name}`]);
  // Looking and running programs needs no lock.
  await ground.ok(["instance", "exec", name, "--", "true"]);
  await ground.ok(["delete", "--force", "--dry-run", ...is]);
  assertEquals((await ground.run(["delete", "--force", ...is])).code, 11);
  assertEquals((await ground.run(["instance", "stop", name])).code, 11);
  await ground.ok(["instance", "start", "--no-lock", name]);
  first.kill("SIGKILL");
  await first.status;
  const before = performance.now();
  await ground.ok(["delete", "--force", "-wait-stop", "0", ...is]);
  assert(performance.now() - before < 30_000);
  const second = start(ground, ["launch", ...is]);
  await until(running);
  second.kill("SIGINT");
  assertEquals((await second.status).code, 130);
  assertEquals(await locksOf(ground, name), []);
  await ground.ok(["delete", "--force", "-wait-stop", "0", ...is]);
});

onBoth("projects without profiles of their own, and restricted ones, have locks too", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\n");
  const features = { "features.images": "false", "features.storage.volumes": "false" };
  const kinds = {
    shared: { ...features, "features.profiles": "false" },
    restricted: { ...features, "features.profiles": "true", restricted: "true" },
  };
  for (const [kind, config] of Object.entries(kinds)) {
    const project = `${ground.id}-${kind}`;
    await ask(ground, "POST", "/1.0/projects", { name: project, config });
    try {
      // It does not exist, and is locked all the same.
      await ground.ok(["delete", "-project", project, "-name", name, "a.yaml"]);
      const place = await instanceLock({ project, name });
      const foreign = { name: place.name, description: "", config: {}, devices: {} };
      await ask(ground, "POST", `/1.0/profiles?project=${project}`, foreign);
      const { code, stderr } = await ground.run(["delete", "-project", project, "-name", name, "a.yaml"]);
      assertEquals(code, 9, stderr);
      await ask(ground, "DELETE", `/1.0/profiles/${place.name}?project=${project}`);
      assertEquals(await locksOf(ground, name, project), []);
    } finally {
      await ask(ground, "DELETE", `/1.0/projects/${project}`);
    }
  }
});

inTurn(
  "a filesystem that configurations share is locked by commands that change filesystems",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const path = `${places.directory}/${name}-shared`;
    await ground.write("a.yaml", CONFIG().replace(/pattern: [^,]*/, `pattern: ${path}`));
    const is = ["-name", name, "a.yaml"];
    const connection = await connect(fakeBackend, {
      kind: "socket",
      path: ground.daemon.socket!,
      project: "default",
    }, makeHost());
    const store = lockStore(connection.server, connection.control);
    const locks = new Locks(() => {});
    try {
      const run = await makeHost().thisRun();
      const self = { run: run!, user: "anna", command: "snapshot", since: "now" };
      await locks.take([await filesystemLock({ path }, "default", false)], 0, portsOf(store, self));
      const { code, stderr } = await ground.run(["create-devices", ...is]);
      assertEquals(code, 11, stderr);
      assertStringIncludes(
        stderr,
        `another lxops works on filesystem "${path}" (process ${Deno.pid} of this machine`,
      );
      await Deno.mkdir(path);
      const shift = await ground.run(["shiftids", "-u", "1000000", "-g", "1000000", path]);
      assertEquals(shift.code, 11, shift.stderr);
      assertStringIncludes(shift.stderr, `another lxops works on directory "${path}"`);
      assertEquals((await Deno.stat(path)).uid, 0);
      await Deno.remove(path);
      assertEquals(await locksOf(ground, name), []);
      await ground.ok(["delete", ...is]);
    } finally {
      await locks.release(10_000);
      connection.close();
    }
  },
);

onBoth(
  "of twenty runs that want a lock at once one gets it, also where its holder has ended",
  [],
  async (ground) => {
    const address = { kind: "socket", path: ground.daemon.socket!, project: "default" } as const;
    const host = makeHost();
    const connection = await connect(fakeBackend, address, host);
    const store = lockStore(connection.server, connection.control);
    const want = await instanceLock({ project: "default", name: ground.name() });
    const over = (await host.thisRun())!.split(" ").with(3, "4194304").join(" ");
    const racers = Array.from({ length: 20 }, (_, at) => ({
      locks: new Locks(() => {}),
      self: { run: "", user: String(at), command: "race", since: "now" },
    }));
    try {
      for (let round = 0; round < 6; round++) {
        // One that has ended holds it in every second round.
        if (round % 2 === 1) {
          const dead = new Locks(() => {});
          const self = { run: over, user: "dead", command: "race", since: "now" };
          await dead.take([want], 0, portsOf(store, self));
        }
        const outcomes = await Promise.allSettled(
          racers.map(({ locks, self }) => locks.take([want], 0, portsOf(store, self))),
        );
        const refused = outcomes.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
        assertEquals(refused.length, 19);
        for (const error of refused) {
          assert(
            error instanceof StateError && error.kind === "locked",
            String(error),
          );
        }
        await assertRejects(
          () => new Locks(() => {}).take([want], 0, portsOf(store, racers[0]!.self)),
          StateError,
        );
        await Promise.all(racers.map(({ locks }) => locks.release(10_000)));
        for (const one of racers) Object.assign(one, { locks: new Locks(() => {}) });
        assertEquals(await locksOf(ground, ground.id), []);
      }
    } finally {
      await Promise.all(racers.map(({ locks }) => locks.release(10_000)));
      await store.remove(want);
      connection.close();
    }
  },
);

function portsOf(
  store: ReturnType<typeof lockStore>,
  self: { run: string; user: string; command: string; since: string },
) {
  return {
    store,
    self,
    client: "incus",
    stateOf: async (run: string) => (await makeHost().runStates([run])).get(run) ?? "elsewhere" as const,
    note: () => {},
    signal: new AbortController().signal,
  };
}
