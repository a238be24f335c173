/**
 * The commands that change something, each with the state that it starts from.
 *
 * @module
 */
import { connect } from "../../scripts/testbed/rest.ts";
import { ask, type Kind, mustRun, sh, type Site } from "./site.ts";

/** A command of the table. */
export interface Case {
  /** Its name in the table. */
  readonly command: string;
  readonly kinds: readonly Kind[];
  /** Brings an empty place to the state that the command starts from. */
  readonly prepare: (site: Site) => Promise<unknown>;
  readonly args: (site: Site) => readonly string[];
  /** The command before it, where its message says that it takes away what a run that was cut off left. */
  readonly clears?: (site: Site) => readonly string[];
  /** It continues with --resume, as its message or help says. */
  readonly resumes?: boolean;
  /**
   * It has to, as the same command does more than it did once: it ends as undisturbed, or as before where it had not
   * begun.
   */
  readonly once?: boolean;
}

const ALL: readonly Kind[] = ["directory", "dataset", "volume"];
const ONE: readonly Kind[] = ["directory"];

const is = ({ id }: Site, file = "a.yaml") => ["-name", id, file];

function patternOf({ kind, place }: Site): string {
  switch (kind) {
    case "directory":
      return `${place.plainDir}/(instance)`;
    case "dataset":
      return `${place.pool}/(instance)`;
    case "volume":
      return "volume:default/(instance)";
  }
}

/** Writes the configuration files: a.yaml, b.yaml with another image, and c.yaml with another device. */
async function writeFiles(site: Site): Promise<void> {
  const text = (image: string, more = "") =>
    `#lxops-v1
ostype: alpine
image: ${image}
filesystems: {data: {pattern: "${patternOf(site)}", destroy: true}}
devices: {data: {path: /srv/data, filesystem: data}${more}}
cloud-config-files: [a.cfg]
`;
  await Deno.writeTextFile(`${site.dir}/a.yaml`, text("tiny"));
  await Deno.writeTextFile(`${site.dir}/b.yaml`, text("tiny2"));
  await Deno.writeTextFile(`${site.dir}/c.yaml`, text("tiny", ", more: {path: /srv/more, filesystem: data}"));
  await configuredAs(site, "one");
}

async function configuredAs(site: Site, content: string): Promise<void> {
  const items = `write_files: [{path: /etc/a, content: "${content}\\n"}]\nruncmd: [touch /etc/ran]\n`;
  await Deno.writeTextFile(`${site.dir}/a.cfg`, `#cloud-config\n${items}`);
}

/** Writes a file of the device as the instance's root. */
async function writeData(site: Site, content: string, name = site.id): Promise<void> {
  using rest = connect(site.socket);
  const prefix = site.daemon === "lxd" ? "X-LXD" : "X-Incus";
  const headers = { [`${prefix}-uid`]: "0", [`${prefix}-gid`]: "0", [`${prefix}-mode`]: "0600" };
  await rest.upload(`/1.0/instances/${name}/files?path=/srv/data/file`, content.repeat(10_000), headers);
}

async function launched(site: Site): Promise<void> {
  await writeFiles(site);
  await mustRun(site, ["launch", ...is(site)]);
  await writeData(site, "before ");
}

async function snapshotTaken(site: Site): Promise<void> {
  await launched(site);
  await mustRun(site, ["snapshot", "-c", "-s", "s", ...is(site)]);
}

async function exportTaken(site: Site): Promise<void> {
  await launched(site);
  await mustRun(site, ["export", "-d", "out", ...is(site)]);
}

async function withSpare(site: Site): Promise<void> {
  await launched(site);
  await mustRun(site, ["rebuild", "--keep-old", ...is(site, "b.yaml")]);
}

/** A directory with files of a container's ids. */
async function unshifted(site: Site): Promise<void> {
  const dir = unshiftedDir(site);
  await Deno.mkdir(dir);
  await sh(`cd '${dir}'; mkdir -p deep/er; echo a >file; echo b >deep/file; ln -s /etc/passwd deep/er/link
    chown -hR 1000:1000 deep; chmod 4755 file`);
}

const unshiftedDir = ({ place, id }: Site) => `${place.plainDir}/${id}`;

/** The commands. */
export const CASES: readonly Case[] = [
  {
    command: "launch",
    kinds: ALL,
    prepare: writeFiles,
    args: (site) => ["launch", ...is(site)],
    resumes: true,
  },
  {
    command: "configure",
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      await configuredAs(site, "two");
    },
    args: (site) => ["configure", ...is(site)],
  },
  {
    command: "create-profile",
    kinds: ONE,
    prepare: writeFiles,
    args: (site) => ["create-profile", ...is(site)],
  },
  {
    command: "create-devices",
    kinds: ALL,
    prepare: writeFiles,
    args: (site) => ["create-devices", ...is(site)],
  },
  {
    command: "profile apply",
    kinds: ONE,
    prepare: launched,
    args: (site) => ["profile", "apply", ...is(site, "c.yaml")],
  },
  {
    command: "snapshot",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["snapshot", "-c", "-s", "s", ...is(site)],
    clears: (site) => ["snapshot", "-d", "-c", "-s", "s", ...is(site)],
  },
  {
    command: "snapshot -d",
    kinds: ALL,
    prepare: snapshotTaken,
    args: (site) => ["snapshot", "-d", "-c", "-s", "s", ...is(site)],
  },
  {
    command: "rollback",
    kinds: ALL,
    prepare: async (site) => {
      await snapshotTaken(site);
      await writeData(site, "after ");
    },
    args: (site) => ["rollback", "-s", "s", ...is(site)],
  },
  {
    command: "rename",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["rename", "--force", ...is(site), `${site.id}-b`],
  },
  { command: "export", kinds: ALL, prepare: launched, args: (site) => ["export", "-d", "out", ...is(site)] },
  {
    command: "import",
    kinds: ALL,
    prepare: exportTaken,
    args: (site) => ["import", "-d", "out", "-name", `${site.id}-b`, "a.yaml"],
  },
  {
    command: "import --overwrite",
    kinds: ["directory", "dataset"],
    prepare: async (site) => {
      await exportTaken(site);
      await writeData(site, "after ");
      await mustRun(site, ["delete", "--force", ...is(site)]);
    },
    args: (site) => ["import", "--overwrite", "-d", "out", ...is(site)],
  },
  {
    command: "copy-filesystems",
    kinds: ["directory", "dataset"],
    prepare: snapshotTaken,
    args: ({ id }) => [
      ...["copy-filesystems", "-s", "s", "-from-container", id, "-container", `${id}-b`, "a.yaml"],
    ],
  },
  { command: "delete", kinds: ONE, prepare: launched, args: (site) => ["delete", "--force", ...is(site)] },
  { command: "destroy", kinds: ALL, prepare: launched, args: (site) => ["destroy", "--force", ...is(site)] },
  {
    command: "publish",
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => ["publish", "-force", "-alias", `${id}-image`, id],
  },
  {
    command: "shiftids",
    kinds: ONE,
    prepare: unshifted,
    args: (site) => ["shiftids", "-u", "1000000", "-g", "1000000", unshiftedDir(site)],
  },
  {
    command: "rebuild",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["rebuild", ...is(site, "b.yaml")],
    resumes: true,
  },
  {
    command: "rebuild --keep-old",
    kinds: ONE,
    prepare: launched,
    args: (site) => ["rebuild", "--keep-old", ...is(site, "b.yaml")],
    resumes: true,
    once: true,
  },
  {
    command: "rebuild --back",
    kinds: ONE,
    prepare: withSpare,
    args: (site) => ["rebuild", "--back", ...is(site, "b.yaml")],
    resumes: true,
    once: true,
  },
  { command: "prune", kinds: ONE, prepare: withSpare, args: (site) => ["prune", ...is(site, "b.yaml")] },
];

/** Removes everything with the names of a row, whatever its state, without lxops. */
export async function wipe(site: Site): Promise<void> {
  const { id, place, kind } = site;
  const named = async (path: string) => {
    const all: { name: string }[] = await ask(site, "GET", `${path}?recursion=1`) ?? [];
    return all.map(({ name }) => name).filter((name) => name.includes(id));
  };
  for (const name of await named("/1.0/instances")) {
    await ask(site, "PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true, timeout: 20 });
    await ask(site, "DELETE", `/1.0/instances/${name}`);
  }
  for (const name of await named("/1.0/profiles")) await ask(site, "DELETE", `/1.0/profiles/${name}`);
  const volumes = "/1.0/storage-pools/default/volumes/custom";
  for (const name of (await named(volumes)).filter((one) => !one.includes("/"))) {
    await ask(site, "DELETE", `${volumes}/${name}`);
  }
  for (const name of await named("/1.0/images/aliases")) {
    const alias = await ask(site, "GET", `/1.0/images/aliases/${name}`);
    await ask(site, "DELETE", `/1.0/images/${alias.target}`);
  }
  await sh(`rm -rf '${place.plainDir}'/*'${id}'* '${site.dir}'/out* `);
  if (kind !== "dataset") return;
  await sh(`zfs list -H -o name -d 1 '${place.pool}' | grep '${id}' | while read -r d; do
    n=0; until zfs destroy -R "$d" 2>/dev/null; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.1; done; done; true`);
  await sh(`rmdir '${place.zfsDir}'/*'${id}'* 2>/dev/null || true`);
}
