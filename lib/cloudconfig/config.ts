/**
 * A cloud-config file as it was read and checked.
 *
 * @module
 */
import type { Location } from "../errors.ts";
import type { Path } from "../config/source.ts";
import type { Values } from "./schema.ts";

/** One cloud-config file. */
export interface CloudConfig {
  readonly file: string;
  readonly values: Values;
  /** Where in the file a value is. */
  locate(path: Path): Location;
}
