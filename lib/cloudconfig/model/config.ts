/**
 * A cloud-config file as it was read and checked.
 *
 * @module
 */
import type { Location } from "../../base/errors.ts";
import type { Path } from "../../config/yaml/source.ts";
import type { Merger } from "./merge_how.ts";
import type { Values } from "../read/schema.ts";

/** One cloud-config file. */
export interface CloudConfig {
  readonly file: string;
  readonly values: Values;
  /** What the file says, before it was checked. */
  readonly data: unknown;
  /** How it is merged with the file before it; absent: not at all. */
  readonly mergers?: readonly Merger[];
  /** Where in the file a value is. */
  locate(path: Path): Location;
}
