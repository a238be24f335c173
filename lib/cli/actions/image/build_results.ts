/**
 * Results that `image build` prints at its end.
 *
 * @module
 */
import { EXIT, InterruptedError } from "../../../base/errors.ts";
import { imageIn } from "../../../plan/image/bases.ts";
import type { Decision } from "../../../plan/image/decide.ts";
import type { App } from "../../command/app.ts";
import { isAskedFor, type ListValues, printList } from "../../output/listing.ts";
import { BUILT } from "../../results/images.ts";
import type { Built } from "./build_all.ts";

/** The end of a build: the image is new, has got its name back, was there, or could not be built. */
export type State = "built" | "named" | "unchanged" | "failed";

/** An image of a build. */
export interface BuiltRow {
  readonly alias: string;
  readonly fingerprint: string;
  readonly state: State;
}

/** Lists the images that there are; those without a state were there, and those that failed are left out. */
export function rowsOf(
  decisions: readonly Decision[],
  states: ReadonlyMap<string, State>,
): readonly BuiltRow[] {
  return decisions.flatMap(({ recipe: { target, resolved, options: { alias } } }) => {
    const state = states.get(alias) ?? "unchanged";
    const image = imageIn(resolved.world.images.get(target.instance.project) ?? [], alias);
    return state === "failed" || !image ? [] : [{ alias, fingerprint: image.fingerprint, state }];
  });
}

/** Prints the images of a build, and returns its exit code. */
export async function printBuilt({ images, failures }: Built, values: ListValues, app: App): Promise<number> {
  if (images && (images.length > 0 || isAskedFor(values))) await printList(app, BUILT, images, values);
  const first = failures.find(({ error }) => error instanceof InterruptedError) ?? failures[0];
  return first?.error.exitCode ?? EXIT.ok;
}
