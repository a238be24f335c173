/** A rebuild that fails brings the old instance back by itself, with its addresses and its data. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { tinyImage } from "../../../scripts/testbed/tiny_image.ts";
import { interruptedAfter } from "../support/cut_off.ts";
import { type Ground, onAll, onBoth, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

/** A configuration with a plain directory and a dataset. */
function configOf(name: string, image: string, more = ""): string {
  return `#lxops-v1
ostype: alpine
image: ${image}
filesystems:
  files: {pattern: "${places.directory}/${name}", destroy: true}
  main: {pattern: "${places.pool}/${name}", destroy: true}
devices:
  data: {path: /data, filesystem: files}
  mail: {path: /mail, filesystem: main}
${more}`;
}

const INSIDE = "grep VERSION /etc/os-release; cat /data/file /mail/file /root/file; " +
  "cat /sys/class/net/eth0/address; ip -4 -o addr show eth0 | grep -o 'inet [0-9.]*'";

/** What an instance is to a user: its settings, and its system, data and addresses as programs in it see them. */
async function look(ground: Ground, name: string): Promise<Readonly<Record<string, unknown>>> {
  const { status, profiles, devices, config, ephemeral } = await ground.get(`/1.0/instances/${name}`);
  const keys = Object.keys(config).filter((key) => !/^volatile|^user[.]lxops[.]state$/.test(key)).sort();
  return { status, profiles, devices, keys, ephemeral, inside: await ground.inside(name, INSIDE) };
}

/** Imports an image of its own for a test, after a change of its files, and returns its alias. */
async function ownImage(ground: Ground, suffix: string, script: string): Promise<string> {
  const [alias, work] = [`${ground.id}-${suffix}`, `${ground.dir}/${suffix}`];
  await Deno.mkdir(work);
  await Deno.writeFile(`${work}.tar`, await tinyImage("tiny2"));
  await sh(`tar -C '${work}' --numeric-owner -xf '${work}.tar'; cd '${work}'; ${script}
    tar -c --numeric-owner -f '${work}.tar' metadata.yaml templates rootfs`);
  await ground.ok(["image", "import", "-alias", alias, `${work}.tar`]);
  return alias;
}

/** A rebuild that fails. */
interface Failing {
  readonly title: string;
  readonly image?: string;
  /** Lines of the new configuration. */
  readonly more?: string;
  readonly flags?: readonly string[];
  /** Interrupt it in the step after so many. */
  readonly interruptAfter?: RegExp;
  readonly code: number;
  readonly says: readonly string[];
  /** Whether the new instance came to run; absent where either may be. */
  readonly ran?: boolean;
}

/** Breaks what a rebuild needs, and returns the rebuilds that fail for it. */
async function failing(ground: Ground): Promise<readonly Failing[]> {
  const runs = async (file: string, command: string) => {
    await ground.write(file, `#cloud-config\nruncmd: [${JSON.stringify(command)}]\n`);
    return `cloud-config-files: [${file}]\n`;
  };
  const bad = await runs("bad.cfg", "echo the reason >&2; echo changed >/data/new; exit 7");
  const slow = await runs("slow.cfg", "sleep 3600");
  const noInit = await ownImage(ground, "noinit", "rm -f rootfs/sbin/init rootfs/init");
  const [short, gone] = [
    await ownImage(ground, "short", "echo 1 >rootfs/one"),
    await ownImage(ground, "gone", ":"),
  ];
  const file = async (alias: string) => {
    const { target } = await ground.get(`/1.0/images/aliases/${alias}`);
    return ground.daemon.socket!.replace(/unix\.socket$/, `images/${target}`);
  };
  await Deno.truncate(await file(short), 100_000);
  await Deno.remove(await file(gone));
  return [
    { title: "the image is cut off", image: short, code: 4, says: [] },
    { title: "the image has vanished", image: gone, code: 4, says: ["Create instance"], ran: false },
    {
      title: "the new one does not start",
      image: noInit,
      code: 4,
      says: ["Start instance", "| "],
      ran: false,
    },
    {
      title: "it gets no address",
      more: "wait: [ipv6]\n",
      flags: ["-timeout", "1"],
      code: 6,
      says: ["ipv6"],
      ran: true,
    },
    {
      title: "an item fails",
      more: bad,
      code: 5,
      says: ["bad.cfg:2", "exit code 7", "the reason"],
      ran: true,
    },
    {
      title: "an item hangs",
      more: slow,
      flags: ["-step-timeout", "1"],
      code: 5,
      says: ["slow.cfg"],
      ran: true,
    },
    {
      title: "Ctrl-C in an item",
      more: slow,
      interruptAfter: /: Wait for network/,
      code: 130,
      says: ["nterrupted"],
      ran: true,
    },
    {
      title: "Ctrl-C while the two swap",
      more: slow,
      interruptAfter: /: Rename instance .* to .*-lxops-old-/,
      code: 130,
      says: ["nterrupted"],
    },
  ];
}

onAll(
  "a rebuild that fails brings the old instance back, running, with its addresses and data",
  ["directory", "pool", "bed"],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", configOf(name, "tiny"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const { eth0 } = (await ground.get(`/1.0/instances/${name}`)).expanded_devices;
    await ground.patch(`/1.0/instances/${name}`, { devices: { eth0 } });
    await ground.inside(name, "for at in /data /mail /root; do echo kept >$at/file; done");
    const before = await look(ground, name);
    const ways = await failing(ground);
    try {
      const snapshots = new Set<string>();
      for (const way of ways) {
        await ground.write("b.yaml", configOf(name, way.image ?? "tiny2", way.more));
        const args = ["rebuild", "-name", name, ...way.flags ?? [], "b.yaml"];
        const { code, stderr } = way.interruptAfter === undefined
          ? await ground.run(args)
          : await interruptedAfter(ground, args, way.interruptAfter);
        const said = `${way.title}:\n${stderr}`;
        assertEquals(code, way.code, said);
        for (const text of [...way.says, `Instance "${name}" is as it was before`]) {
          assertStringIncludes(said, text);
        }
        if (way.ran !== undefined) assertEquals(stderr.includes("ran for"), way.ran, said);
        await ground.ok(["instance", "wait", name]);
        assertEquals(await look(ground, name), before, said);
        assertEquals(await ground.beside(name), [], said);
        // What the new one could have changed can be put back.
        const { stdout } = await new Deno.Command("zfs", {
          args: ["list", "-H", "-o", "name", "-t", "snapshot", "-r", `${places.pool}/${name}`],
        }).output();
        const added = new TextDecoder().decode(stdout).split("\n").filter((one) =>
          one !== "" && !snapshots.has(one)
        );
        assertEquals(added.length, stderr.includes("ran for") ? 1 : 0, said);
        for (const snapshot of added) {
          assertStringIncludes(said, snapshot);
          snapshots.add(snapshot);
        }
      }
      const resumed = await ground.run(["rebuild", "--resume", "-name", name, "b.yaml"]);
      assertEquals(resumed.code, 0, resumed.stderr);
      assertStringIncludes(resumed.stderr, "nothing to go on with");
      assertEquals(await look(ground, name), before);
      await ground.write("b.yaml", configOf(name, "tiny2"));
      // One that is configured removes what those that failed left.
      assert(snapshots.size > 0);
      await ground.ok(["rebuild", "-name", name, "b.yaml"]);
      assertEquals((await sh(`zfs list -H -t snapshot -r '${places.pool}/${name}'`)).trim(), "");
      assertEquals(
        await ground.inside(name, "grep VERSION /etc/os-release; cat /mail/file"),
        "VERSION_ID=2\nkept",
      );
    } finally {
      for (const { image } of ways) if (image) await ground.run(["image", "delete", image]);
    }
  },
);

onBoth(
  "a rebuild that fails leaves the new instance where that was asked for",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("bad.cfg", "#cloud-config\nruncmd: [test -e /root/mended]\n");
    await ground.write("a.yaml", "#lxops-v1\nimage: tiny\nostype: alpine\n");
    await ground.write("b.yaml", "#lxops-v1\nimage: tiny2\nostype: alpine\ncloud-config-files: [bad.cfg]\n");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const version = async () => await ground.inside(name, "grep -o '.$' /etc/os-release | tail -1");
    const kept = await ground.run(["rebuild", "--keep-failed", "-name", name, "b.yaml"]);
    assertEquals(kept.code, 5, kept.stderr);
    assertStringIncludes(kept.stderr, "stays beside it");
    assertEquals(await version(), "1");
    const [failed = ""] = await ground.beside(name);
    const started = await ground.run(["instance", "start", failed]);
    assert(started.code !== 0, "the failed one was started");
    assertStringIncludes(await ground.ok(["instance", "list"]), "(failed)");
    // It is no spare.
    assertEquals((await ground.run(["rebuild", "--back", "-name", name, "b.yaml"])).code, 7);
    await ground.ok(["prune", "-name", name, "b.yaml"]);
    assertEquals(await ground.beside(name), []);
    const left = await ground.run(["rebuild", "--no-return", "-name", name, "b.yaml"]);
    assertEquals(left.code, 5, left.stderr);
    assertStringIncludes(left.stderr, "--resume");
    assertEquals(await version(), "2");
    await ground.inside(name, "touch /root/mended");
    await ground.ok(["rebuild", "--resume", "-name", name, "b.yaml"]);
    assertEquals(await version(), "2");
    assertEquals(await ground.beside(name), []);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).config["user.lxops.state"], undefined);
  },
);
