/**
 * Effects on images.
 *
 * @module
 */
import type { Request } from "../ports/mod.ts";

/**
 * Publishes an image and gives it an alias, or gives that to the same image which is there. With `moves`, the request
 * names no alias, which moves in one moment: only from the image `replaces`, or where that is empty, from none.
 */
export interface Publish extends Request {
  readonly kind: "publish";
  readonly project: string;
  readonly alias: string;
  readonly moves?: true;
  readonly replaces?: string;
  /** Properties of this image alone, not of images made of its instances. */
  readonly notes?: Readonly<Record<string, string>>;
  /** The key that seals the notes. */
  readonly seal?: string;
  /** An alias that the image has until then, and the run: where that is killed, another finds the image by it. */
  readonly temporary?: { readonly alias: string; readonly run: string };
}

/** An image loses `names`, where it has them, and goes if it has no other name. */
export interface Forget {
  readonly kind: "forget";
  readonly project: string;
  readonly fingerprint: string;
  readonly names?: readonly string[];
}
