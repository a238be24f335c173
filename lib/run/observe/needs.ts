/**
 * Input of an observation: the objects to look at, and the ports.
 *
 * @module
 */
import type { MachineQuestion } from "../../ports/machine.ts";
import type { Backend, Host, InstanceServer, OtherDaemonInstances } from "../../ports/mod.ts";
import type { Described, ImageRemote, Target, World } from "../../plan/world.ts";

/** Things to look at beyond instances, profiles and filesystems. */
export interface Needs {
  /** Images, and the facts that settings of targets are checked against. */
  readonly images?: boolean;
  readonly journals?: boolean;
  readonly snapshots?: boolean;
  /** The operating systems of instances, where they are not known otherwise. */
  readonly releases?: boolean;
  /** The users and groups of instances with devices; "unless noted": not where an earlier run knew them. */
  readonly accounts?: boolean | "unless noted";
  /** The files that a rebuild would destroy are asked for later, by its look. */
  readonly loss?: boolean;
  /** Instances of all projects, to find other users of filesystems. */
  readonly allProjects?: boolean;
  /**
   * Instances of all projects and of the other daemon, which could have placed links above
   * filesystems.
   */
  readonly holders?: boolean;
  /** Snapshots of filesystems. */
  readonly zfsSnapshots?: boolean;
  /** The properties that configurations give datasets. */
  readonly zfsProperties?: boolean;
  /** Snapshots of datasets and volumes, and for root those of plain directories. */
  readonly dataSnapshots?: boolean;
  /** The room in the storage pools of instances. */
  readonly room?: boolean;
  /** The space that plain directories take. */
  readonly sizes?: boolean;
  /** The bytes that plain directories and volumes use. */
  readonly bytes?: boolean;
  /** Machines that filesystems are copied between. */
  readonly machines?: { readonly here: MachineQuestion; readonly there?: MachineQuestion };
  /** Longest wait for an answer of a virtual machine's agent, in seconds. */
  readonly agentSeconds?: number;
  /** Remains of an interrupted export or import of volumes. */
  readonly transfers?: boolean;
  /** Returns further configurations whose volumes matter. */
  readonly volumesOf?: (target: Target) => readonly Described[];
  /** The device directories that are empty. */
  readonly emptyDirectories?: boolean;
  /** The mounts of the machine, as whole directories may be removed, replaced, moved or packed. */
  readonly trees?: boolean;
  /** Returns other paths of the host. */
  readonly paths?: (target: Target, datasets: World["datasets"]) => readonly string[];
}

/** The places where observation looks. */
export interface Sources {
  /** The daemon runs on the machine of `host`, which is this one. */
  readonly isLocal?: boolean;
  readonly backend: Backend;
  readonly host: Host;
  readonly server: InstanceServer;
  readonly remotes: ReadonlyMap<string, ImageRemote>;
  /** Reads the instances of the other kind of daemon on the machine. */
  readonly otherDaemon?: (want: { readonly profiles?: boolean }) => Promise<OtherDaemonInstances>;
  /** Tells the user about a finding that is ignored. */
  readonly note?: (text: string) => void;
}

/** An observation: its targets, and the facts that all requests derive from them. */
export interface Scope {
  readonly targets: readonly Target[];
  readonly needs: Needs;
  readonly sources: Sources;
  /** Projects of the targets and of the instances that they are copied from. */
  readonly projects: readonly string[];
  /** Targets, and the instances that their devices come from. */
  readonly described: readonly Described[];
  /** Targets, the instances that their devices come from, and further configurations whose volumes matter. */
  readonly withVolumes: readonly Described[];
  /** True where instances of all projects are read. */
  readonly everywhere: boolean;
  /** True where a target's devices are cloned from snapshots. */
  readonly clones: boolean;
}

/** Awaits all values of an object. */
export async function allOf<T extends Readonly<Record<string, unknown>>>(
  values: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const entries = Object.entries(values).map(async ([key, value]) => [key, await value]);
  return Object.fromEntries(await Promise.all(entries));
}
