/**
 * Objects of the machine: its paths, and its ZFS datasets with their snapshots.
 *
 * @module
 */

/** The type and owner of a path of the host; symbolic links are not followed. */
export interface PathInfo {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** It is a directory with something in it; only where that was asked for. */
  readonly filled?: true;
  /** It was deleted, and is seen only because it is still mounted there. */
  readonly deleted?: true;
  /** Number of the disk that it is on, where that is known. */
  readonly device?: number;
}

/** A ZFS dataset (filesystem or volume), as `zfs list` prints it. */
export interface Dataset {
  readonly name: string;
  /** A block device, which holds no directories and no other datasets; one that is not is a filesystem. */
  readonly volume?: boolean;
  /** A path, `none` or `legacy`; `-` of a volume. */
  readonly mountpoint: string;
  readonly mounted: boolean;
  readonly origin?: string;
  /** The space that it uses, in zfs' own notation. */
  readonly used?: string;
  /** The mark of a dataset whose first content is not complete yet. */
  readonly unfinished?: boolean;
  /** The mark of a dataset whose directories belong to root, and not yet to the container's root. */
  readonly unowned?: boolean;
}

/** The ZFS property whose value is the name of a dataset whose directories still belong to root. */
export const UNOWNED = "lxops:unowned";

/** The ZFS property whose value is the name of a dataset that is not finished. */
export const UNFINISHED = "lxops:unfinished";

/** A snapshot of a ZFS dataset. */
export interface ZfsSnapshot {
  /** The name after the `@`. */
  readonly name: string;
  readonly used: string;
  readonly creation: string;
}

/** A property of a ZFS dataset. */
export interface ZfsProperty {
  readonly value: string;
  /** False where the dataset has the default, or inherits it. */
  readonly isSet: boolean;
}

/** The owners of files in a directory, and the attributes that files lose when their owner changes. */
export interface Tree {
  readonly directory: string;
  /** All owners that there are, each once. */
  readonly owners: readonly { readonly uid: number; readonly gid: number }[];
  /** Files with setuid or setgid bits, with their modes in octal. */
  readonly modes: readonly { readonly path: string; readonly mode: string }[];
  /** ACLs and capabilities, as `getfattr --dump -e hex` writes them. */
  readonly attributes: string;
}

/** A server of images that daemons copy from. */
export interface ImageRemote {
  readonly url: string;
  readonly protocol: "simplestreams" | "incus" | "lxd" | "oci";
  /** The server's certificate in PEM, where the client's configuration pins one. */
  readonly certificate?: string;
}

/** An address of the machine that a program listens at. */
export interface Listener {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
}
