/**
 * Options of a command line for the files of its targets.
 *
 * @module
 */
import type { Format } from "../../config/format.ts";
import type { GivenSettings } from "../../config/load/directory.ts";
import type { Override } from "../../config/load/overlay.ts";
import type { Part } from "../../instance/parts.ts";
import type { Properties } from "../../instance/patterns/properties.ts";
import type { InstanceRef } from "../../ports/mod.ts";

/** A configuration file, and the instance that is meant where that is not the file's own. */
export type Source = string | { readonly file: string; readonly name: string; readonly project: string };

/** Options of the command line for files. */
export interface TargetOptions {
  readonly properties?: string;
  readonly sets: readonly string[];
  readonly name: string;
  readonly project: string;
  /** The client's current project, for configurations that name none. */
  readonly currentProject?: string;
  readonly strict: boolean;
  /** Formats of configuration files, besides those that lxops knows by itself. */
  readonly formats?: readonly Format[];
  /** Tells with which properties of `-P` an instance was made; asked only where patterns use others than given. */
  readonly recall?: Recall;
  /** Parts of configurations that the command does without; it needs all where nothing is said. */
  readonly without?: readonly Part[];
  /** Parts of these that are loaded all the same; see `usable()`. */
  readonly mayNeed?: readonly Part[];
  /** Several files may be for one instance. */
  readonly repeated?: boolean;
  /** Settings of the command line, for directories. */
  readonly given?: GivenSettings;
  /** Values of the command line that override those of configurations. */
  readonly overrides?: readonly Override[];
  /** Bootstrap scripts run also where they ran already. */
  readonly bootstrap?: boolean;
}

/**
 * Finds the properties that are noted on an instance; none where it does not exist. `ownName` is the name of its file.
 */
export type Recall = (ref: InstanceRef, ownName: string) => Promise<Properties>;
