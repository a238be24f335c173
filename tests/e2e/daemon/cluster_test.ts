/** Cluster members and virtual machines, on daemons of the test's own: a daemon never leaves its cluster again. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Bed, down, up } from "../../../scripts/testbed/bed.ts";
import { CLUSTER_BED, ownBed } from "../../../scripts/testbed/place.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { until } from "../../support/until.ts";
import { type Daemon, daemons, Ground } from "../support/daemon.ts";
import { freePort } from "../support/network.ts";

const present = daemons.filter(({ socket }) => socket);
const ignore = Deno.uid() !== 0 || present.length === 0;
const reason = ignore ? " [skipped: no daemon, or not root]" : "";
const kindOf = ({ title }: Daemon) => title === "Incus" ? "incus" as const : "lxd" as const;

interface Network {
  readonly status: string;
}

interface Profile {
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Makes a daemon the only member, `m1`, of a cluster. */
async function makeCluster(socket: string): Promise<void> {
  const address = `127.0.0.1:${freePort()}`;
  using rest = connect(socket);
  await rest.send("PATCH", "/1.0", { config: { "core.https_address": address } });
  await rest.send("PATCH", "/1.0", { config: { "cluster.https_address": address } });
  await rest.send("PUT", "/1.0/cluster", { server_name: "m1", enabled: true });
  // A daemon that could not start a network, as a link of another one went away meanwhile, tries again each minute.
  const { devices } = await rest.send("GET", "/1.0/profiles/default") as Profile;
  const network = `/1.0/networks/${devices["eth0"]!["network"]}`;
  const isUp = async () => (await rest.send("GET", network) as Network).status === "Created";
  await until(isUp, 150_000);
}

function config(bed: Bed, more = ""): string {
  return `#lxops-v1
image: tiny
${more}filesystems:
  data:
    pattern: ${bed.plainDir}/(instance)
    destroy: true
devices:
  data:
    path: /data
    filesystem: data
`;
}

/** Creates instances on the requested member; directories tie an instance to its member. */
async function tryMembers(ground: Ground, bed: Bed): Promise<void> {
  await ground.write("plain.yaml", "#lxops-v1\nimage: tiny\ntarget: (member)\n");
  await ground.write("data.yaml", config(bed));
  const [plain, data] = [ground.name("-p"), ground.name("-d")];
  const missing = await ground.run(["launch", "-name", plain, "-P", "member=m2", "plain.yaml"]);
  assertEquals(
    [missing.code, missing.stderr.split("\n")[0]],
    [7, 'lxops: The cluster has no member "m2"; it has m1'],
  );
  await ground.ok(["launch", "-name", plain, "-P", "member=m1", "plain.yaml"]);
  await ground.ok(["launch", "-name", data, "data.yaml"]);
  const elsewhere = await ground.run(["launch", "--target", "@other", "-name", `${data}x`, "data.yaml"]);
  assertEquals(elsewhere.code, 3);
  assertStringIncludes(elsewhere.stderr, 'on cluster member "m1", and the instance on "@other"');
  await ground.inside(data, "echo kept >/data/file");
  await ground.ok(["rebuild", "-name", data, "data.yaml"]);
  assertEquals(await ground.inside(data, "cat /data/file"), "kept");
  for (const name of [plain, data]) {
    assertEquals((await ground.get(`/1.0/instances/${name}`)).location, "m1");
  }
  await ground.ok(["destroy", "-force", "-name", data, "data.yaml"]);
  await ground.ok(["delete", "-force", "-name", plain, "-P", "member=m1", "plain.yaml"]);
}

/** Asks for a virtual machine, which these daemons cannot run: their refusal is reported. */
async function tryMachine(ground: Ground): Promise<void> {
  await ground.ok(["image", "export", "tiny", "tiny.tar"]);
  const unpack = new Deno.Command("tar", {
    args: ["-xf", "tiny.tar", "metadata.yaml"],
    cwd: ground.dir,
  });
  assert((await unpack.output()).success);
  const pack = new Deno.Command("tar", { args: ["-cf", "meta.tar", "metadata.yaml"], cwd: ground.dir });
  assert((await pack.output()).success);
  await Deno.writeFile(`${ground.dir}/disk.qcow2`, new Uint8Array([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]));
  await ground.ok(["image", "import", "-alias", "machine", "meta.tar", "disk.qcow2"]);
  await ground.write("vm.yaml", "#lxops-v1\nimage: machine\ntype: virtual-machine\n");
  await ground.write("ct.yaml", "#lxops-v1\nimage: tiny\n");
  const name = ground.name("-v");
  const wrong = await ground.run(["launch", "--vm", "-name", name, "ct.yaml"]);
  assertEquals(wrong.code, 3);
  assertStringIncludes(wrong.stderr, 'Image "tiny" is one of a container, and not of a virtual machine');
  const refused = await ground.run(["launch", "-name", name, "vm.yaml"]);
  assertEquals(refused.code, 4, refused.stderr);
  assertStringIncludes(
    refused.stderr,
    'Instance type "virtual-machine" is not supported on this server',
  );
  assertStringIncludes(refused.stderr, "(POST /1.0/instances");
  assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
}

/** Brings a bed up. Daemons on a busy machine disturb one another; another attempt adds what is missing. */
async function bringUp(dir: string, attempts = 3): Promise<Bed> {
  const bed = await up({ dir, kinds: present.map(kindOf), images: ["tiny"], log: () => {} });
  if (bed.skipped.length === 0) return bed;
  if (attempts <= 1) throw new Error(`Not everything is there: ${JSON.stringify(bed.skipped)}`);
  return await bringUp(dir, attempts - 1);
}

Deno.test({
  name: `instances are created on cluster members, and virtual machines asked for${reason}`,
  ignore,
  fn: async (t) => {
    const dir = ownBed(CLUSTER_BED);
    try {
      const bed = await bringUp(dir);
      for (const daemon of present) {
        const { socket } = bed.daemons.find(({ kind }) => kind === kindOf(daemon))!;
        await t.step(daemon.title, () => tryAll({ ...daemon, socket }, bed));
      }
    } finally {
      await down(dir, () => {});
    }
  },
});

async function tryAll(daemon: Daemon, bed: Bed): Promise<void> {
  const id = `e${crypto.randomUUID().slice(0, 8)}`;
  const ground = new Ground(daemon, id, await Deno.makeTempDir({ prefix: "lxops-e2e-" }));
  try {
    await ground.write("alone.yaml", "#lxops-v1\nimage: tiny\n");
    const alone = await ground.run(["launch", "--target", "m1", "alone.yaml"]);
    assertEquals(alone.code, 7);
    assertStringIncludes(alone.stderr, `This ${daemon.title} is not in a cluster`);
    await makeCluster(daemon.socket!);
    await tryMembers(ground, bed);
    await tryMachine(ground);
  } finally {
    await ground.close();
  }
}
