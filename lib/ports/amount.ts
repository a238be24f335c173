/**
 * The progress of a copy, in bytes.
 *
 * @module
 */

/** The bytes that were copied, of so many. */
export interface Amount {
  readonly bytes: number;
  /** Absent: that is not known. */
  readonly total?: number;
}

/** Takes how far something is, as a text and in bytes, where these are known. */
export type OnProgress = (text: string, amount?: Amount) => void;
