/**
 * The facts that `doctor` judges: the results of one look at the machine and its daemon.
 *
 * @module
 */
import type {
  Look,
  PlaceLook,
  RoomLook,
  SocketLook,
  SudoLook,
  UserLook,
  ZfsLook,
} from "../../ports/health/inspector.ts";
import type {
  Backend,
  Dataset,
  InstanceInfo,
  PathInfo,
  ProfileInfo,
  ProjectInfo,
  RunState,
} from "../../ports/mod.ts";
import type { Unfinished } from "../image/unfinished.ts";

/** A storage pool of the daemon. */
export interface PoolFacts {
  readonly name: string;
  readonly driver: string;
  readonly status: string;
  readonly source?: string;
  readonly room?: { readonly used: number; readonly total: number };
}

/** A network of the daemon, or an interface that it sees. */
export interface NetworkFacts {
  readonly name: string;
  readonly type: string;
  readonly managed: boolean;
  readonly status: string;
  readonly config: Readonly<Record<string, string>>;
  readonly isUsed: boolean;
  /** Number of the flags of the machine's interface of that name; absent where there is none. */
  readonly flags?: number;
}

/** The daemon's description of itself, as far as it matters. */
export interface ServerFacts {
  readonly trusted: boolean;
  /** Name of its program, `incus` or `lxd`. */
  readonly server: string;
  readonly version: string;
  readonly extensions: readonly string[];
  readonly kernel: Readonly<Record<string, string>>;
  /** Its certificate for remotes, in PEM. */
  readonly certificate: string;
}

/** Instances, and leftovers of runs. */
export interface RemainsFacts {
  readonly strays: readonly InstanceInfo[];
  readonly images: readonly { readonly project: string; readonly image: Unfinished }[];
  readonly runs: ReadonlyMap<string, RunState>;
  readonly thisRun?: string;
}

/** Objects of a daemon. */
export interface DaemonFacts {
  readonly server: Look<ServerFacts>;
  readonly projects: Look<readonly ProjectInfo[]>;
  readonly pools: Look<readonly PoolFacts[]>;
  readonly networks: Look<readonly NetworkFacts[]>;
  /** Profiles of projects that have profiles of their own, locks included. */
  readonly profiles: Look<readonly ProfileInfo[]>;
  readonly instances: Look<readonly InstanceInfo[]>;
  readonly remains?: Look<RemainsFacts>;
}

/** A certificate of the client's configuration. */
export interface CertificateFacts {
  readonly file: string;
  /** The remote whose certificate it is; absent: it is the client's own. */
  readonly server?: string;
  readonly text: string;
}

/** A file that lxops follows, with the directories above it, outermost last. */
export interface FileFacts {
  readonly path: string;
  /** Only its owner may read it. */
  readonly secret: boolean;
  readonly chain: readonly (PathInfo & { readonly path: string })[];
}

/** The other kind of daemon on the machine. */
export interface OtherFacts {
  readonly title: string;
  readonly service: string;
  readonly sockets: readonly SocketLook[];
  readonly instances?: Look<readonly InstanceInfo[]>;
}

/** Facts that only a look at this machine gives; absent where the daemon is another machine's. */
export interface LocalFacts {
  readonly sockets: Look<readonly SocketLook[]>;
  /** Mode of the socket that answers. */
  readonly socketMode?: number;
  readonly user: Look<UserLook>;
  readonly sudo?: Look<SudoLook>;
  readonly absent: Look<readonly string[]>;
  readonly zfs: Look<ZfsLook>;
  readonly datasets: Look<ReadonlyMap<string, Dataset>>;
  /** Directories that runs of lxops work on, also those of other daemons. */
  readonly atWork: Look<readonly string[]>;
  /** Texts of files of the machine by path. */
  readonly texts: Look<ReadonlyMap<string, string>>;
  readonly places: Look<ReadonlyMap<string, PlaceLook>>;
  readonly room: Look<readonly RoomLook[]>;
  /**
   * Modes of the directories above storage pools, which instances' root users have to pass; each with those above it.
   */
  readonly ways: ReadonlyMap<string, readonly (PathInfo & { readonly path: string })[]>;
  readonly other: Look<OtherFacts>;
}

/** All facts. */
export interface Facts {
  readonly backend: Backend;
  /** Address of the daemon for messages; empty where it is not known. */
  readonly address: string;
  /** The name of the daemon's remote; `local` for the one of this machine. */
  readonly remote: string;
  readonly project: string;
  /** The reason why no daemon was asked, with advice. */
  readonly away?: { readonly message: string; readonly advice: readonly string[]; readonly late: boolean };
  readonly daemon?: DaemonFacts;
  readonly local?: LocalFacts;
  readonly certificates: Look<readonly CertificateFacts[]>;
  readonly files: Look<readonly FileFacts[]>;
  /** Problems of the files with the user's properties, a line each. */
  readonly properties: readonly string[];
  readonly isRoot: boolean;
  /** The user who became root by sudo. */
  readonly sudoUid?: number;
  /** Times in milliseconds since 1970; `daemonNow` where the daemon answered. */
  readonly now: number;
  readonly daemonNow?: number;
  readonly deadlineSeconds: number;
}

/** Returns what a look found; `undefined` where it found nothing, or was not made. */
export function foundOf<T>(look: Look<T> | undefined): T | undefined {
  return look && "found" in look ? look.found : undefined;
}
