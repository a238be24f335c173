/**
 * Cloud-config files that were read and checked.
 *
 * @module
 */
import type { Location } from "../../base/errors.ts";
import type { Path } from "../../config/yaml/source.ts";
import type { Merger } from "./merge_how.ts";

/** A cloud-config file with values `V`. */
export interface CloudConfigOf<V> {
  readonly file: string;
  readonly values: V;
  /** The content of the file before it was checked. */
  readonly data: unknown;
  /** The options for merging the file with the one before it; absent: it is not merged. */
  readonly mergers?: readonly Merger[];
  /** Finds the place of a value in the file. */
  locate(path: Path): Location;
}
