import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { type Bed, down, type Options, up } from "../../scripts/testbed/bed.ts";
import { type Daemon, killDaemon, programOf, startDaemon } from "../../scripts/testbed/daemon.ts";
import { leftovers } from "../../scripts/testbed/leftovers.ts";
import { DAEMON_KINDS, ownBed, placeAt, TEST_BEDS } from "../../scripts/testbed/place.ts";
import { kill, processesOf } from "../../scripts/testbed/processes.ts";
import { connect, type Rest } from "../../scripts/testbed/rest.ts";
import { must, namesIn, run, textOf, until } from "../../scripts/testbed/run.ts";

const installed = await Promise.all(DAEMON_KINDS.map(programOf));
const daemons = DAEMON_KINDS.filter((_, i) => installed[i]);
const ignore = Deno.uid() !== 0 || daemons.length === 0;
const hasZfs = (await existing(["/dev/zfs", "/usr/sbin/zfs-fuse"])).length > 0;
const log = () => {};

async function start(rest: Rest, name: string, image: string, devices = {}): Promise<void> {
  const source = { type: "image", alias: image };
  await rest.send("POST", "/1.0/instances", { name, source, devices });
  await rest.send("PUT", `/1.0/instances/${name}/state`, { action: "start" });
}

/** Waits until a container has an address, which its first process asks for. */
async function hasAddress(rest: Rest, name: string): Promise<void> {
  const check = async () => {
    const { network } = await rest.send("GET", `/1.0/instances/${name}/state`) as {
      network: Record<string, { addresses: { family: string }[] }>;
    };
    return network["eth0"]?.addresses.some(({ family }) => family === "inet") ?? false;
  };
  assert(await until(check, 10_000), `"${name}" has no address`);
}

/** Returns the links and control groups that a crash would leave of running containers. */
async function traces(bed: Bed): Promise<readonly string[]> {
  const links = await Promise.all(bed.daemons.map(({ bridge }) => namesIn(`/sys/class/net/${bridge}/brif`)));
  const groups = await Promise.all((await processesOf(placeAt(bed.dir))).map(async ({ pid }) => {
    const lines = (await textOf(`/proc/${pid}/cgroup`)).split("\n").filter((line) =>
      line.includes("lxc.payload")
    );
    return lines.map((line) => line.split(":")).map(([, controller = "", path = ""]) =>
      join("/sys/fs/cgroup", controller.replace("name=", ""), path)
    );
  }));
  return [...links.flat().map((name) => join("/sys/class/net", name)), ...new Set(groups.flat())];
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(paths.map((path) => Deno.lstat(path).then(() => true, () => false)));
  return paths.filter((_, i) => there[i]);
}

/** Brings up what this machine can have; what it should have and cannot is a failure. */
async function bring(options: Partial<Options> & { readonly dir: string }): Promise<Bed> {
  const bed = await up({ kinds: daemons, images: ["tiny"], log, ...options });
  if (bed.skipped.length === 0) return bed;
  await down(bed.dir, log);
  throw new Error(`Not everything is there: ${JSON.stringify(bed.skipped)}`);
}

async function crash(bed: Bed): Promise<void> {
  const place = placeAt(bed.dir);
  const gone = (kind: string) => async () =>
    (await processesOf(place)).every(({ command }) => !command.startsWith(kind));
  // The daemons first: they would remove the network links of containers that end before them.
  for (const { kind } of bed.daemons) await killDaemon(place, kind);
  for (const { pid, command } of await processesOf(place)) {
    if (command.endsWith("/sbin/init")) kill(pid, "SIGKILL");
  }
  assert(await until(gone("[lxc monitor]"), 10_000), "the monitors do not end");
  for (const { pid } of await processesOf(place)) kill(pid, "SIGKILL");
  assert(await until(async () => (await processesOf(place)).length === 0, 5_000));
}

Deno.test({
  name: "up() gives daemons whose containers start, have an address, read directories of the host and stop",
  ignore,
  async fn(test) {
    const dir = ownBed(TEST_BEDS[0]);
    const bed = await bring({ dir, kinds: hasZfs ? [...daemons, "zfs"] : daemons });
    try {
      const path = join(bed.zfs?.mountpoint ?? bed.plainDir, "data");
      if (bed.zfs) await must(["zfs", "create", `${bed.zfs.pool}/data`]);
      else await Deno.mkdir(path);
      await Deno.writeTextFile(join(path, "hello"), "from the host\n");
      for (const daemon of bed.daemons) {
        await test.step(daemon.kind, () => lives(daemon, path));
      }
    } finally {
      await down(dir, log);
    }
  },
});

async function lives(daemon: Daemon, path: string): Promise<void> {
  using rest = connect(daemon.socket);
  await start(rest, "e0", "tiny", { data: { type: "disk", source: path, path: "/data" } });
  await hasAddress(rest, "e0");
  assertEquals(await rest.text("/1.0/instances/e0/files?path=/data/hello"), "from the host\n");
  await rest.send("PUT", "/1.0/instances/e0/state", { action: "stop", timeout: 10 });
}

Deno.test({
  name: "down() leaves nothing when everything was killed with containers running",
  ignore,
  async fn() {
    const dir = ownBed(TEST_BEDS[0]);
    const bed = await bring({ dir, kinds: hasZfs ? [...daemons, "zfs"] : daemons });
    for (const { socket } of bed.daemons) {
      using rest = connect(socket);
      await start(rest, "e0", "tiny");
    }
    const traced = await traces(bed);
    assert(
      traced.some((path) => path.startsWith("/sys/class")) && traced.some((path) => path.includes("cgroup")),
    );
    await crash(bed);
    const place = placeAt(dir);
    const left = await leftovers(place);
    for (const kind of ["link", "nft chain", "mount"]) {
      assert(left.some((line) => line.startsWith(kind)), `the crash left no ${kind}, so this proves nothing`);
    }
    await down(dir, log);
    assertEquals(await existing([...traced, dir]), []);
    assertEquals(await leftovers(place), []);
  },
});

Deno.test({
  name:
    "down() leaves nothing of an Incus 7 that was killed with a container running, and up() brings it back",
  ignore,
  async fn(test) {
    const dir = ownBed(TEST_BEDS[0]);
    const place = placeAt(dir);
    const options: Options = { kinds: ["incus7"], images: ["tiny"], dir, log };
    try {
      const bed = await up(options);
      const reason = bed.skipped[0]?.reason;
      if (reason !== undefined) {
        await test.step({ name: `[skipped: ${reason}]`, ignore: true, fn: () => {} });
        return;
      }
      {
        using rest = connect(bed.daemons[0]!.socket);
        await start(rest, "e0", "tiny");
        await hasAddress(rest, "e0");
      }
      // The daemon alone: its container lives on.
      await killDaemon(place, "incus7");
      await startDaemon(place, "incus7");
      {
        using rest = connect(bed.daemons[0]!.socket);
        await hasAddress(rest, "e0");
      }
      for (const { pid } of await processesOf(place)) kill(pid, "SIGKILL");
      assert((await leftovers(place)).some((line) => line.startsWith("control group")));
      await up(options);
      await down(dir, log);
      assertEquals([await existing([dir]), await leftovers(place)], [[], []]);
    } finally {
      await down(dir, log);
    }
  },
});

Deno.test({
  name: "up() starts afresh where a bed crashed, and two beds run side by side",
  ignore,
  async fn() {
    const [dir, other] = TEST_BEDS.map(ownBed) as [string, string];
    const options = { kinds: daemons.slice(0, 1), driver: "btrfs" } as const;
    const neighbour = await bring({ ...options, dir: other });
    try {
      const first = await bring({ ...options, dir });
      {
        using rest = connect(first.daemons[0]!.socket);
        await start(rest, "e0", "tiny");
      }
      await crash(first);
      const second = await bring({ ...options, dir });
      using rest = connect(second.daemons[0]!.socket);
      assertEquals(await rest.send("GET", "/1.0/instances"), []);
      using unharmed = connect(neighbour.daemons[0]!.socket);
      await start(unharmed, "e0", "tiny");
      await hasAddress(unharmed, "e0");
    } finally {
      await down(dir, log);
      await down(other, log);
    }
  },
});

Deno.test({
  name: "up() refuses a directory that has something else in it, and down() leaves it alone",
  ignore,
  async fn() {
    const dir = await Deno.makeTempDir();
    await Deno.writeTextFile(join(dir, "thesis.txt"), "");
    await assertRejects(() => up({ kinds: [], images: [], dir, log }), LxopsError, "is not a test bed");
    await down(dir, log);
    assertEquals((await run(["ls", dir])).stdout, "thesis.txt\n");
    await Deno.remove(dir, { recursive: true });
  },
});
