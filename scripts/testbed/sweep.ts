/**
 * Removes what a daemon leaves in the kernel when it does not end by itself: links, packet filters, control
 * groups, security profiles, loop devices. Each is recognised as the bed's own by its name or its file.
 *
 * @module
 */
import { join } from "@std/path";
import { loopDevices } from "./mounts.ts";
import { bridgeOf, DAEMON_KINDS, daemonDir, type DaemonKind, type Place } from "./place.ts";
import { namesIn, run, textOf } from "./run.ts";

/**
 * Removes the daemons' bridges, the links plugged into them, and the links of containers that came back when their
 * namespace ended.
 */
export async function removeLinks(place: Place): Promise<void> {
  const known = (await Promise.all(DAEMON_KINDS.map((kind) => addressesOf(place, kind)))).flat();
  const returned: string[] = [];
  for (const link of await namesIn("/sys/class/net")) {
    if (known.includes((await textOf(`/sys/class/net/${link}/address`)).trim())) returned.push(link);
  }
  const bridges = DAEMON_KINDS.map((kind) => bridgeOf(place, kind));
  const plugged = await Promise.all(bridges.map((bridge) => namesIn(`/sys/class/net/${bridge}/brif`)));
  for (const link of [...returned, ...plugged.flat(), ...bridges]) await run(["ip", "link", "delete", link]);
}

/**
 * Returns the hardware addresses of a daemon's containers: of existing ones, and of those that had an address lately.
 */
async function addressesOf(place: Place, kind: DaemonKind): Promise<string[]> {
  const dir = daemonDir(place, kind);
  const containers = join(dir, "storage-pools/default/containers");
  const files = [
    join(dir, "networks", bridgeOf(place, kind), "dnsmasq.leases"),
    ...(await namesIn(containers)).map((name) => join(containers, name, "backup.yaml")),
  ];
  const texts = await Promise.all(files.map(textOf));
  return texts.flatMap((text) =>
    [...text.matchAll(/\s((?:00:16:3e|10:66:6a)(?::[0-9a-f]{2}){3})\s/g)].map((m) => m[1]!)
  );
}

/** Names of the daemon's own chains: each ends with the name of the bridge that it is for. */
export async function chainsOf(place: Place, kind: DaemonKind): Promise<string[]> {
  const suffix = `.${bridgeOf(place, kind)}`;
  return (await chains(kind)).filter((name) => name.endsWith(suffix));
}

async function chains(kind: DaemonKind): Promise<string[]> {
  const { code, stdout } = await run(["nft", "--json", "list", "table", "inet", kind]);
  if (code !== 0) return [];
  const { nftables } = JSON.parse(stdout) as { nftables: { chain?: { name: string } }[] };
  return nftables.flatMap(({ chain }) => chain ? [chain.name] : []);
}

/** Removes the daemons' chains, and the table where the bed made it and it is empty. */
export async function removeChains(place: Place): Promise<void> {
  for (const kind of DAEMON_KINDS) {
    for (const chain of await chainsOf(place, kind)) {
      await run(["nft", "delete", "chain", "inet", kind, chain]);
    }
    const made = await textOf(join(place.dir, kind, "made-table")) !== "";
    if (made && (await chains(kind)).length === 0) await run(["nft", "delete", "table", "inet", kind]);
  }
}

/** Names under which the daemons know their containers, for what the kernel keeps of them. */
export async function containersOf(place: Place): Promise<string[]> {
  const names = await Promise.all(DAEMON_KINDS.map(async (kind) => {
    const dir = daemonDir(place, kind);
    const pool = join(dir, "storage-pools/default/containers");
    return [
      ...await namesIn(join(dir, "containers")),
      ...await namesIn(pool),
      ...await namesIn(join(dir, "logs")),
    ];
  }));
  return [...new Set(names.flat())];
}

/** Returns the control groups with the names of containers; other daemons may have containers of these names, too. */
async function controlGroupsOf(containers: readonly string[]): Promise<string[]> {
  const root = "/sys/fs/cgroup";
  const wanted = new Set(containers.flatMap((name) => [`lxc.payload.${name}`, `lxc.monitor.${name}`]));
  const found: string[] = [];
  for (const dir of [root, ...(await namesIn(root)).map((name) => join(root, name))]) {
    for (const name of await namesIn(dir)) {
      // A second container of one name gets a number behind it.
      if (wanted.has(name) || wanted.has(name.replace(/-\d+$/, ""))) found.push(join(dir, name));
    }
  }
  return found;
}

/** Removes control groups without processes. */
export async function removeControlGroups(containers: readonly string[]): Promise<void> {
  for (const dir of await controlGroupsOf(containers)) await removeGroup(dir);
}

async function removeGroup(dir: string): Promise<void> {
  try {
    for await (const entry of Deno.readDir(dir)) {
      if (entry.isDirectory) await removeGroup(join(dir, entry.name));
    }
    await Deno.remove(dir);
  } catch {
    // Busy: it has other processes.
  }
}

/** Removes the AppArmor profiles that the daemons loaded, whose names have the daemon's directory. */
export async function removeSecurityProfiles(place: Place): Promise<void> {
  const base = "/sys/kernel/security/apparmor";
  const loaded = (await textOf(join(base, "profiles"))).split("\n").map((line) =>
    line.replace(/ \(\w+\)$/, "")
  );
  for (const name of loaded.filter((item) => item.includes(`${place.dir}/`))) {
    await Deno.writeTextFile(join(base, ".remove"), name).catch(() => {});
  }
}

/** Detaches the loop devices of pools that are files. */
export async function removeLoopDevices(place: Place): Promise<void> {
  for (const name of await loopDevices(place.dir)) await run(["losetup", "--detach", `/dev/${name}`]);
}
