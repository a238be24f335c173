/**
 * Images on their way, as data.
 *
 * @module
 */

/** An image that travels as bytes. */
export type ImageTransfer =
  /** Into a file, or two where the image has two parts: the second one's name ends with `.root`. `-` is stdout. */
  | { readonly way: "export"; readonly project: string; readonly fingerprint: string; readonly file: string }
  /** From one file or two. */
  | {
    readonly way: "import";
    readonly project: string;
    readonly files: readonly string[];
    readonly properties: Readonly<Record<string, string>>;
    readonly isPublic: boolean;
  }
  /** From the daemon of a remote, or from another project; through lxops, as the two may not reach each other. */
  | {
    readonly way: "relay";
    readonly remote: string;
    readonly fromProject: string;
    readonly fingerprint: string;
    readonly project: string;
    readonly isPublic: boolean;
  };
