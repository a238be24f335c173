/**
 * What `image build` prints in the end.
 *
 * @module
 */
import { imageIn } from "../../../plan/image/bases.ts";
import type { Decision } from "../../../plan/image/decide.ts";
import { renderRows } from "../../output/table.ts";
import type { Scope } from "./build.ts";

/** The end of a build: the image is new, has got its name back, was there, or could not be built. */
export type State = "built" | "named" | "unchanged" | "failed";

/** Prints the images that there are; those without a state were there, and those that failed are left out. */
export function printStates(
  decisions: readonly Decision[],
  states: ReadonlyMap<string, State>,
  { values, app }: Scope,
): void {
  const rows = decisions.flatMap(({ recipe: { target, resolved, options: { alias } } }) => {
    const state = states.get(alias) ?? "unchanged";
    const image = imageIn(resolved.world.images.get(target.instance.project) ?? [], alias);
    if (state === "failed" || !image) return [];
    const fingerprint = values.json ? image.fingerprint : image.fingerprint.slice(0, 12);
    return [{ alias, fingerprint, state }];
  });
  if (rows.length > 0 || values.json) app.print(renderRows(["alias", "fingerprint", "state"], rows, values));
}
