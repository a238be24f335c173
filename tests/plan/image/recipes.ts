/** Recipes of images for tests. */
import { type Recipe, recipeOf, type RecipeOptions } from "../../../lib/plan/image/recipe.ts";
import type { TargetOptions } from "../../../lib/run/targets/options.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

export const FINGERPRINT = "ab".repeat(32);

export const WORLD: WorldSpec = {
  images: [{ aliases: ["tiny"], fingerprint: FINGERPRINT, properties: { os: "alpine", release: "3" } }],
  profiles: [{
    name: "default",
    devices: {
      root: { type: "disk", path: "/", pool: "default" },
      eth0: { type: "nic", name: "eth0", network: "lxdbr0" },
    },
  }],
};

export const OPTIONS: RecipeOptions = {
  name: "build-000000",
  alias: "ci",
  variant: "a",
  checks: [],
  hostKeys: "new",
  split: false,
  compression: "",
  properties: {},
  secret: "5e".repeat(32),
};

/** The parts of a test's recipe. */
export interface Made {
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: Partial<RecipeOptions>;
  readonly world?: WorldSpec;
  readonly targets?: Partial<TargetOptions>;
}

/** Makes the recipe of `a.yaml`. */
export async function recipe(
  { files = {}, options = {}, world = WORLD, targets = {} }: Made = {},
): Promise<Recipe> {
  const [target] = await targetsOf({ "a.yaml": "image: tiny\n", ...files }, targets);
  return recipeOf(target!, worldOf(world), { ...OPTIONS, ...options });
}
