/**
 * Images of simplestreams servers, as `images:` is one.
 *
 * @module
 */

/** The newest version of an image that a simplestreams server has. */
export interface StreamImage {
  /** Names that lead to it: for other architectures than that of this machine, with the architecture. */
  readonly aliases: readonly string[];
  readonly fingerprint: string;
  readonly type: "container" | "virtual-machine";
  /** Architecture as daemons name it: `x86_64`. */
  readonly architecture: string;
  /** Bytes that are downloaded. */
  readonly size: number;
  /** Date, and time where the server says one: `2026-01-31 13:00`. */
  readonly date: string;
  /** Properties that a daemon gives the image. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The images of a server. */
export interface ImageStream {
  readonly images: readonly StreamImage[];
  /** Architecture of this machine. */
  readonly architecture: string;
}
