/**
 * The state at the end of a row, as text that can be compared: instances, profiles, volumes, images, directories and
 * datasets with the row's names, and their contents. Values that differ between any two runs are left out.
 *
 * @module
 */
import { MEMBERS } from "./points.ts";
import { ask, directoryOf, isOf, poolsOf, rehearsed, sh, type Site } from "./site.ts";

/** Keys of instances whose values differ between any two runs. */
const VARIES = /^(volatile\.|image\.|user\.lxops\.pool\.(uuid|addresses|ssh)$)/;

/** Properties of images that differ between builds. */
const BUILT = /^(serial|lxops\.(built|key|previous|seal))$/;

/** Returns the state, a line for each object; MAC addresses are compared with earlier ones. */
export async function stateOf(site: Site, addresses: Readonly<Record<string, string>> = {}): Promise<string> {
  const parts = await Promise.all([
    instances(site, addresses),
    profiles(site),
    volumes(site),
    images(site),
    directories(site),
    datasets(site),
    exported(site),
    written(site),
    networks(site),
  ]);
  return parts.flat().join("\n").replaceAll(site.id, "NAME").replaceAll(site.dir, "DIR")
    .replace(/\\"uuid\\":\\"[-0-9a-f]{36}\\"/g, "UUID")
    // The record of applied items has the time, and ids that were known at that time.
    .replace(/\\"time\\":\d+,/g, "").replace(/\\"lxops\\":\\"[^"\\]*\\",/g, "").replace(
      /\\"idmap\\":\\"[0-9:]+\\",/g,
      "",
    )
    // Other MAC addresses than those of the instance count only as existing.
    .replace(/\b(?:00:16:3e|10:66:6a)(?::[0-9a-f]{2}){3}\b/g, "MAC")
    .replace(MEMBERS, "NAME-MEMBER")
    .replace(/(-lxops-(?:new|old))-[a-z0-9]{1,12}\b/g, "$1-RANDOM");
}

/** Returns the MAC address of each of the row's instances. */
export async function addressesOf(site: Site): Promise<Record<string, string>> {
  const all = await list(site, "/1.0/instances?recursion=1");
  return Object.fromEntries(all.map(({ name, config }) => [name, config["volatile.eth0.hwaddr"] ?? ""]));
}

// deno-lint-ignore no-explicit-any
async function list(site: Site, path: string): Promise<any[]> {
  // deno-lint-ignore no-explicit-any
  const all: any[] = await ask(site, "GET", path) ?? [];
  return all.filter((one) => isOf(site, one)).toSorted((a, b) => a.name < b.name ? -1 : 1);
}

function sorted(object: Record<string, unknown>, skip?: RegExp): string {
  return JSON.stringify(
    Object.entries(object).filter(([key]) => !skip?.test(key)).toSorted(([a], [b]) => a < b ? -1 : 1),
  );
}

async function instances(site: Site, addresses: Readonly<Record<string, string>>): Promise<string[]> {
  const all = await list(site, "/1.0/instances?recursion=1");
  return await Promise.all(all.map(async (one) => {
    const { name, status, config, devices, profiles, ephemeral, description } = one;
    const address = config["volatile.eth0.hwaddr"] ?? "";
    const known = Object.values(addresses);
    const mac = known.length === 0 ? "" : known.includes(address) ? " MAC kept" : " MAC new";
    const snapshots = (await ask(site, "GET", `/1.0/instances/${name}/snapshots`) ?? []) as string[];
    const files = status === "Running" ? await sees(site, name) : "";
    return [
      `instance ${name} ${status} ephemeral=${ephemeral} "${description}"${mac} ${JSON.stringify(profiles)}`,
      `  config ${sorted(config, VARIES)}`,
      `  devices ${sorted(devices)}`,
      `  image ${config["volatile.base_image"]}`,
      `  snapshots ${JSON.stringify(snapshots)}`,
      ...(files ? [`  files ${files}`] : []),
    ].join("\n");
  }));
}

/** Returns the files that a running instance has of its cloud-config and on its device. */
async function sees(site: Site, name: string): Promise<string> {
  const read = async (path: string) => {
    const url = `http://[100::1]/1.0/instances/${name}/files?path=${path}`;
    const client = Deno.createHttpClient({
      proxy: { transport: "unix", path: site.socket },
      poolMaxIdlePerHost: 0,
    });
    try {
      const response = await fetch(url, { client, signal: AbortSignal.timeout(30_000) });
      return `${path}=${response.ok ? JSON.stringify(await response.text()) : "-"}`;
    } finally {
      client.close();
    }
  };
  const found: string[] = [];
  for (const path of ["/etc/a", "/srv/data/file"]) found.push(await read(path));
  return found.join(" ");
}

/**
 * Returns the profiles, without locks whose holder has ended: the next lxops ignores them, as rows with a second
 * command show.
 */
async function profiles(site: Site): Promise<string[]> {
  const all = await list(site, "/1.0/profiles?recursion=1");
  return all.filter(({ name }) => !name.startsWith("lxops.lock")).map((
    { name, config, devices, description },
  ) => `profile ${name} "${description}" ${sorted(config)} ${sorted(devices)}`);
}

async function volumes(site: Site): Promise<string[]> {
  return (await Promise.all(poolsOf(site).map((pool) => volumesIn(site, pool)))).flat();
}

async function volumesIn(site: Site, pool: string): Promise<string[]> {
  const base = `/1.0/storage-pools/${pool}/volumes/custom`;
  const all = (await list(site, `${base}?recursion=1`)).filter(({ name }) => !name.includes("/"));
  return await Promise.all(all.map(async ({ name, config, used_by }) => {
    const snapshots = (await ask(site, "GET", `${base}/${name}/snapshots`) ?? []) as string[];
    // The daemon lists the users of a volume in any order.
    return `volume ${name} ${sorted(config, VARIES)} ${JSON.stringify((used_by ?? []).toSorted())} ${
      JSON.stringify(snapshots.map((url) => url.slice(url.lastIndexOf("/") + 1)))
    } ${await treeAt(`${directoryOf(site, pool)}/custom/default_${name}`)}`;
  }));
}

/** Returns the images that have a name of the row, or a property with it. */
async function images(site: Site): Promise<string[]> {
  const all = await ask(site, "GET", "/1.0/projects?recursion=1") as { name: string }[];
  const projects = ["default", ...all.map(({ name }) => name).filter((name) => name.includes(site.id))];
  const found = await Promise.all(projects.map(async (project) => {
    const images: { aliases: { name: string }[]; properties: Record<string, string> }[] =
      await ask(site, "GET", `/1.0/images?recursion=1&project=${project}`) ?? [];
    return images.flatMap(({ aliases, properties }) => {
      const names = aliases.map(({ name }) => name).toSorted();
      const isOwn = project !== "default" || Object.values(properties).includes(site.id) ||
        names.some((name) => name.includes(site.id));
      return isOwn ? [`image in ${project}: ${JSON.stringify(names)} ${sorted(properties, BUILT)}`] : [];
    });
  }));
  return found.flat().toSorted();
}

/** Returns names, kinds, modes, owners, sizes, links and contents of files, without the times of directories. */
async function treeAt(path: string): Promise<string> {
  const script = `cd '${path}' 2>/dev/null || exit 0
    find . -xdev \\( -type d -printf '%P|%y|%m|%U:%G\\n' -o -printf '%P|%y|%m|%U:%G|%s|%l|%TY\\n' \\) | sort
    find . -xdev -type f -print0 | sort -z | xargs -0r sha256sum`;
  return (await sh(script)).trim().replaceAll("\n", "; ");
}

async function directories(site: Site): Promise<string[]> {
  const { plainDir } = site.place;
  const names = (await sh(`ls -A '${plainDir}'`)).split("\n").filter((name) => name.includes(site.id));
  return await Promise.all(
    names.map(async (name) => `directory ${name}: ${await treeAt(`${plainDir}/${name}`)}`),
  );
}

async function datasets(site: Site): Promise<string[]> {
  if (site.kind !== "dataset") return [];
  const { pool, zfsDir } = site.place;
  const columns = "name,mounted,origin,readonly,canmount";
  const lines = (await sh(`zfs list -H -r -t all -o ${columns} '${pool}'`)).split("\n");
  const own = lines.filter((line) => line.includes(site.id));
  return await Promise.all(own.map(async (line) => {
    const [name = ""] = line.split("\t");
    const tree = name.includes("@") ? "" : await treeAt(`${zfsDir}/${name.slice(pool.length + 1)}`);
    return `dataset ${line.replaceAll("\t", " ")} ${tree}`;
  }));
}

/**
 * Returns the exports: whether the checksums of each are right, and the names in its archives. The archives of two runs
 * differ in their times.
 */
async function exported(site: Site): Promise<string[]> {
  const script = `cd '${site.dir}'
  for d in out*; do
    if [ -f "$d" ]; then echo "$d: $(sha256sum <"$d")"; continue; fi
    [ -d "$d" ] && [ ! -e "$d/lxops.yaml" ] || continue
    if [ ! -e "$d/SHA256SUMS" ]; then echo "$d: $(cd "$d" && cat -- * | tr '\\n' ' ')"; continue; fi
    echo "$d: $(ls -A "$d" | sort | tr '\\n' ' ') $(cd "$d"; sha256sum --check --quiet --strict SHA256SUMS 2>&1 && echo whole)"
  done
  for f in volume*; do
    [ -f "$f" ] && echo "$f: $(tar -tzf "$f" 2>&1 | sort | tr '\\n' ' ')"
  done
  true`;
  return (await sh(script)).split("\n").filter(Boolean);
}

/** Returns the files of a configuration that was written. */
async function written({ dir }: Site): Promise<string[]> {
  const tree = await treeAt(`${dir}/out`);
  return tree.includes("lxops.yaml|") ? [`written: ${tree}`] : [];
}

/** Returns networks and access lists of rehearsals. */
async function networks(site: Site): Promise<string[]> {
  return (await rehearsed(site)).map((path) => path.replace(/[0-9a-f]{6}$/, "RANDOM")).toSorted();
}
