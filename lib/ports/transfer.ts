/**
 * Images and volumes on their way, as data.
 *
 * @module
 */
import type { VolumeRef } from "./volume.ts";

/** A volume that travels as bytes, in the form of a backup that a daemon made of it. */
export type VolumeTransfer =
  /** Into a file that only its owner can read. */
  | {
    readonly direction: "backup";
    readonly volume: VolumeRef;
    readonly backup: string;
    readonly file: string;
  }
  /** A new volume, of a file. */
  | { readonly direction: "restore"; readonly volume: VolumeRef; readonly file: string };

/** Data that is transferred as bytes. */
export type Transfer = ImageTransfer | VolumeTransfer;

/** An image that travels as bytes. */
export type ImageTransfer =
  /**
   * Into a file, or two where the image has two parts: the second one's name ends with `.root`. `-` is stdout; where
   * it ends with a slash it is a directory, in which files get the names that the daemon has for them.
   */
  | {
    readonly direction: "export";
    readonly project: string;
    readonly fingerprint: string;
    readonly file: string;
  }
  /** An import from one file or two. */
  | {
    readonly direction: "import";
    readonly project: string;
    readonly files: readonly string[];
    readonly properties: Readonly<Record<string, string>>;
    readonly isPublic: boolean;
  }
  /** A copy from a remote's daemon or another project, through lxops, as the two may not reach each other. */
  | {
    readonly direction: "relay";
    readonly remote: string;
    readonly fromProject: string;
    readonly fingerprint: string;
    readonly project: string;
    readonly isPublic: boolean;
  };
