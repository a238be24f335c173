/** A fault of a machine, planted by a change of it, and what `doctor` calls it. */
import type { How, Scene } from "./scene.ts";

/** A fault. */
export interface Fault {
  /** The problem in the words of a user who meets it. */
  readonly title: string;
  readonly id: string;
  /** Other findings that come of the same change. */
  readonly also?: readonly string[];
  readonly make?: string | ((scene: Scene) => Promise<unknown>);
  readonly end?: string | ((scene: Scene) => Promise<unknown>);
  readonly how?: How;
  /** `doctor --fix` mends it. */
  readonly fixed?: true;
}
