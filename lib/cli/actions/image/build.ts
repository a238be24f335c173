/**
 * `image build`: decides which images are to be built, and has them built.
 *
 * @module
 */
import { resolve } from "@std/path";
import { UsageError } from "../../../base/errors.ts";
import { decide, groupsOf, type Wanted } from "../../../plan/image/decide.ts";
import type { HostSecret } from "../../../plan/image/key.ts";
import type { World } from "../../../plan/world.ts";
import type { RecordFacts } from "../../../plan/record/write.ts";
import type { Step } from "../../../step/step.ts";
import type { Target } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { needExtension } from "../../shared/extensions.ts";
import { splitProperties } from "../../shared/image_properties.ts";
import { look } from "../../shared/lifecycle/look.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { recordSecretOf } from "../../shared/lifecycle/record_secret.ts";
import { checkParallel, projectOf } from "../../shared/operands.ts";
import { sourcesIn } from "../../shared/search.ts";
import { isDirectory } from "../../shared/target_file.ts";
import { lockAliases } from "./lock.ts";
import { buildAll, type Built } from "./build_all.ts";
import { checkList } from "../../output/listing.ts";
import { BUILT } from "../../results/images.ts";
import { printBuilt } from "./build_results.ts";
import { type BuildValues, recipeName, wantedOf } from "./build_options.ts";

/** Values and operands of a command line. */
export interface Scope {
  readonly values: BuildValues;
  readonly app: App;
  readonly paths: readonly string[];
  /** Properties for the images. */
  readonly properties: Readonly<Record<string, string>>;
  readonly project: string;
  readonly random: string | undefined;
  /** The image itself says which configuration it is built of. */
  readonly repeats?: boolean;
}

/** Ways of a build. */
export interface BuildHow extends Pick<Scope, "repeats"> {
  /** Gets everything that is known before a change; where all images are current, nothing follows. */
  readonly known?: (known: Known, isCurrent: boolean) => void;
}

/** Facts that are known before the first build. */
export interface Known {
  readonly groups: readonly (readonly Wanted[])[];
  readonly world: World;
  /** The secret of the user, by which values are compared and notes are sealed. */
  readonly secret: HostSecret;
  /** Keeps a new secret. */
  readonly secretStep?: Step;
  readonly factsOf: (target: Target) => Promise<RecordFacts>;
}

/** Runs `image build`. */
export async function build(
  values: BuildValues,
  operands: readonly string[],
  app: App,
  how: BuildHow = {},
): Promise<number> {
  return await printBuilt(await buildImages(values, operands, app, how), values, app);
}

/** Builds the missing images, and returns the failures. */
export async function buildImages(
  values: BuildValues,
  operands: readonly string[],
  app: App,
  { repeats = false, known: tell }: BuildHow = {},
): Promise<Built> {
  checkParallel(values);
  checkList(BUILT, values);
  const { operands: paths, properties } = splitProperties(operands);
  if (paths.length === 0) throw new UsageError("image build needs a configuration file or a directory");
  if (values.export !== "" && !await isDirectory(resolve(app.host.cwd, values.export), app)) {
    throw new UsageError(`--export: there is no directory "${values.export}"`);
  }
  if (values.split) await needExtension(await app.server(), "instance_publish_split", "--split");
  const project = await projectOf(app, values.project);
  const scope = { values, app, paths, properties, project, random: app.random(), repeats };
  const known = await lookAt(scope);
  const wanted = decide(known.groups, known.world, values).filter(({ what }) => what !== "there");
  tell?.(known, wanted.length === 0);
  if (tell && wanted.length === 0) return { failures: [] };
  if (wanted.length === 0 || !locks(values)) return await buildAll(scope, known);
  const names = wanted.map(({ recipe }) => recipe.options.alias);
  await lockAliases(names, { command: "image build", project }, values, app);
  // A run that has waited finds the images of the other one now.
  return await buildAll(scope, await lookAt(scope));
}

/** Tells whether a build would make or name an image. */
export async function isOutdated(
  values: BuildValues,
  { path, properties }: { readonly path: string; readonly properties: Readonly<Record<string, string>> },
  app: App,
): Promise<boolean> {
  const { project } = values;
  const known = await lookAt({
    values,
    app,
    paths: [path],
    properties,
    project,
    random: undefined,
    repeats: true,
  });
  return decide(known.groups, known.world, values).some(({ what }) => what !== "there");
}

/** Refuses an alias that begins with the name of a remote: the image would be named at this daemon, and found nowhere. */
async function refuseRemote(alias: string, app: App): Promise<void> {
  const colon = alias.indexOf(":");
  const remote = alias.slice(0, colon);
  if (colon < 1 || !(await app.imageRemotes()).has(remote)) return;
  throw new UsageError(
    `--alias "${alias}" begins with the name of the remote "${remote}", where images are not built: ` +
      "an alias has no remote before it",
    [`To build it at another daemon: lxops --remote ${remote} image build --alias ${alias.slice(colon + 1)}`],
  );
}

/** Loads the configurations, and looks at the daemon. */
async function lookAt(
  { values, app, paths, properties, project, random, repeats = false }: Scope,
): Promise<Known> {
  if (!repeats) await refuseRemote(values.alias, app);
  const files = await sourcesIn<never>(paths, app);
  const { cwd } = app.host;
  const { targets, world } = await look(
    {
      name: "image build",
      needs: { images: true },
      daemonOnly: true,
      without: ["filesystems", "devices"],
      refusesExposed: repeats,
    },
    { ...values, name: "", project },
    files.map((file) => ({ file, name: recipeName(file, cwd), project })),
    app,
  );
  const { options: { recordSecret }, step } = await recordSecretOf(app);
  const wanted = wantedOf(targets, values, { properties, random, secret: recordSecret, cwd });
  let facts: Promise<(target: Target) => RecordFacts> | undefined;
  return {
    groups: groupsOf(wanted),
    world,
    secret: recordSecret,
    ...(step ? { secretStep: step } : {}),
    factsOf: async (target) => {
      facts ??= import("../../../run/targets/record_facts.ts").then((all) =>
        all.recordFacts(targets, app.host)
      );
      return (await facts)(target);
    },
  };
}
