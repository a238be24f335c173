/**
 * Commands of the table of faults, as data, and the preparations that several of them share.
 *
 * @module
 */
import { connect } from "../../../scripts/testbed/rest.ts";
import type { DaemonKind } from "../../../scripts/testbed/place.ts";
import { type Kind, mustRun, sh, type Site } from "../site.ts";

/** A command of the table. */
export interface Case {
  /** Its name in the table. */
  readonly command: string;
  readonly kinds: readonly Kind[];
  /** The daemons that have it; absent: all of them. */
  readonly daemons?: readonly DaemonKind[];
  /** Brings an empty place to the state that the command starts from. */
  readonly prepare: (site: Site) => Promise<unknown>;
  readonly args: (site: Site) => readonly string[];
  /** The command that runs before it and removes the leftovers of an interrupted run, where its message says so. */
  readonly clears?: (site: Site) => readonly string[];
  /** The command that removes the leftovers of a disturbed run, and is all that follows it. */
  readonly cleans?: (site: Site) => readonly string[];
  /** Moves the files of an interrupted run away, where the message of the next one says so. */
  readonly movesAway?: (site: Site) => Promise<unknown>;
  /** The command ends with what there was before it. */
  readonly changesNothing?: boolean;
  /** The command writes files of the user's: it stops before and after each of them, too. */
  readonly writesFiles?: boolean;
  /** The command continues with --resume, as its message or help says. */
  readonly resumes?: boolean;
  /**
   * The command has to continue, as running it twice does more than running it once. It ends like an undisturbed run,
   * or unchanged where it had not begun.
   */
  readonly once?: boolean;
  /** Flags that shorten the wait for an instance that gets no address or does not respond. */
  readonly impatient?: readonly string[];
  /** The command starts an instance and waits for its address. */
  readonly starts?: boolean;
  /** The command unpacks an image. */
  readonly unpacks?: boolean;
  /** The command runs programs in an instance. */
  readonly runs?: boolean;
  /** The command takes no lock; the user has to see to it that no second one runs at the same time. */
  readonly isFree?: boolean;
}

/** All kinds of filesystems, and a pool that can be filled. */
export const ALL: readonly Kind[] = ["directory", "dataset", "volume", "small pool"];

/** The kind for commands whose work does not depend on it. */
export const ONE: readonly Kind[] = ["directory"];

/** The kinds of a plain directory and of a pool that can be filled. */
export const TWO: readonly Kind[] = ["directory", "small pool"];

/** Returns the operands of a command about the row's instance. */
export const is = ({ id }: Site, file = "a.yaml"): readonly string[] => ["-name", id, file];

function patternOf({ kind, place }: Site): string {
  switch (kind) {
    case "directory":
      return `${place.plainDir}/(instance)`;
    case "dataset":
      return `${place.pool}/(instance)`;
    case "volume":
      return "volume:default/(instance)";
    case "small pool":
      return "volume:small/(instance)";
  }
}

/**
 * Writes the configuration files: a.yaml, b.yaml with another image, c.yaml with another device, and d.yaml with settings
 * of which one takes a restart.
 */
export async function writeFiles(site: Site): Promise<void> {
  const profiles = site.kind === "small pool" ? "profiles: [default, small]\n" : "";
  const text = (image: string, more = "") =>
    `#lxops-v1
ostype: alpine
image: ${image}
${profiles}filesystems: {data: {pattern: "${patternOf(site)}", destroy: true}}
devices: {data: {path: /srv/data, filesystem: data}${more}}
cloud-config-files: [a.cfg]
`;
  await Deno.writeTextFile(`${site.dir}/a.yaml`, text("tiny"));
  await Deno.writeTextFile(`${site.dir}/b.yaml`, text("tiny2"));
  await Deno.writeTextFile(`${site.dir}/c.yaml`, text("tiny", ", more: {path: /srv/more, filesystem: data}"));
  const settings = "lxc-options: [-c security.nesting=true, -c user.one=1]\nlimits: {processes: 500}\n";
  await Deno.writeTextFile(
    `${site.dir}/d.yaml`,
    text("tiny", ", more: {path: /srv/more, filesystem: data}") + settings,
  );
  await configuredAs(site, "one");
}

/** Writes the cloud-config file. */
export async function configuredAs(site: Site, content: string): Promise<void> {
  const items = `write_files: [{path: /etc/a, content: "${content}\\n"}]\nruncmd: [touch /etc/ran]\n`;
  await Deno.writeTextFile(`${site.dir}/a.cfg`, `#cloud-config\n${items}`);
}

/** Writes a file of the device as the instance's root. */
export async function writeData(site: Site, content: string, name = site.id): Promise<void> {
  using rest = connect(site.socket);
  const prefix = site.daemon === "lxd" ? "X-LXD" : "X-Incus";
  const headers = { [`${prefix}-uid`]: "0", [`${prefix}-gid`]: "0", [`${prefix}-mode`]: "0600" };
  await rest.upload(`/1.0/instances/${name}/files?path=/srv/data/file`, content.repeat(10_000), headers);
}

/** Launches the instance and writes data. */
export async function launched(site: Site): Promise<void> {
  await writeFiles(site);
  await mustRun(site, ["launch", ...is(site)]);
  await writeData(site, "before ");
}

/** Takes a snapshot of the instance and its filesystems. */
export async function snapshotTaken(site: Site): Promise<void> {
  await launched(site);
  await mustRun(site, ["snapshot", "-c", "-s", "s", ...is(site)]);
}

/** Exports the instance's filesystems. */
export async function exportTaken(site: Site): Promise<void> {
  await launched(site);
  await mustRun(site, ["export", "-d", "out", ...is(site)]);
}

/** Rebuilds the instance so that it has a spare. */
export async function withSpare(site: Site): Promise<void> {
  await launched(site);
  await mustRun(site, ["rebuild", "--keep-old", ...is(site, "b.yaml")]);
}

/** Returns the directory of `unshifted()`. */
export const unshiftedDir = ({ place, id }: Site): string => `${place.plainDir}/${id}`;

/** Creates a directory whose files have the ids of a container. */
export async function unshifted(site: Site): Promise<void> {
  const dir = unshiftedDir(site);
  await Deno.mkdir(dir);
  await sh(`cd '${dir}'; mkdir -p deep/er; echo a >file; echo b >deep/file; ln -s /etc/passwd deep/er/link
    chown -hR 1000:1000 deep; chmod 4755 file`);
}
