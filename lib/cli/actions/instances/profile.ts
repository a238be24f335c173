/**
 * The commands of `profile`.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { basename } from "@std/path";
import { parse, stringify } from "@std/yaml";
import * as z from "zod/mini";
import { fileError } from "../../../config/file.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { profileNameProblem } from "../../../instance/patterns/names.ts";
import { EXISTING, NAME_ONLY } from "../../../instance/parts.ts";
import { configuredProfiles } from "../../../plan/instance/resolve/create.ts";
import {
  differenceLine,
  planProfileApply,
  planProfileReorder,
  profileDifferences,
} from "../../../plan/lifecycle/profiles.ts";
import { profilePath } from "../../../plan/requests/reads.ts";
import { createProfile, type ProfileBody, updateProfile } from "../../../plan/requests/instances.ts";
import type { ProfileInfo } from "../../../ports/mod.ts";
import { inWords, transform } from "../../../base/schemas.ts";
import type { Step } from "../../../step/step.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { PROFILE_DIFF } from "../../results/changes.ts";
import { PROFILES } from "../../results/configs.ts";
import { rowOf } from "../../shared/lifecycle/results.ts";
import { refOf } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { fileSources } from "../../places/file_sources.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { look, targetsOf } from "../../shared/lifecycle/look.ts";
import type { ConfigValues } from "../../shared/target_options.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { writeStep } from "../../shared/text_file.ts";

/** Runs `profile list`. */
export async function list(
  values: ConfigValues & ListValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const found = (await targetsOf(values, files, app, { without: NAME_ONLY })).map((target) => ({
    instance: target.instance.name,
    profiles: configuredProfiles(target),
  }));
  if (values.json || values.format || values.columns) await printList(app, PROFILES, found, values);
  else app.print(found.flatMap(({ profiles }) => profiles.map((name) => `${printable(name)}\n`)).join(""));
  return EXIT.ok;
}

/** Runs `profile diff`. */
export async function diff(
  values: ConfigValues & ListValues,
  operands: readonly string[],
  own: App,
): Promise<number> {
  const { sources, app } = await fileSources({ command: "profile diff" }, operands, values, own);
  const { targets, world } = await look({ needs: {}, without: EXISTING }, values, sources, app);
  const found = targets.flatMap((target) =>
    profileDifferences(target, world).map((one) => ({ ...rowOf(refOf(target.instance)), ...one }))
  );
  if (values.json || values.format || values.columns) await printList(app, PROFILE_DIFF, found, values);
  else app.print(found.map((one) => `${differenceLine(one.instance, one)}\n`).join(""));
  return found.length === 0 ? EXIT.ok : EXIT.differs;
}

/** Runs `profile apply`. */
export async function apply(values: LifecycleValues, operands: readonly string[], own: App): Promise<number> {
  const { sources, app } = await fileSources({ command: "profile apply" }, operands, values, own);
  return await runLifecycle(
    {
      name: "profile apply",
      records: true,
      without: EXISTING,
      mayNeed: ["source"],
      needs: { images: true, holders: true },
      options: planOptions(values),
      planner: () => Promise.resolve(planProfileApply),
    },
    values,
    sources,
    app,
  );
}

/** Runs `profile reorder`. */
export async function reorder(values: LifecycleValues, files: readonly string[], app: App): Promise<number> {
  return await runLifecycle(
    {
      name: "profile reorder",
      without: NAME_ONLY,
      daemonOnly: true,
      needs: {},
      options: planOptions(values),
      planner: () => Promise.resolve(planProfileReorder),
    },
    values,
    files,
    app,
  );
}

interface ProjectValues {
  readonly project: string;
}

interface ChangeValues extends ProjectValues {
  readonly "dry-run": boolean;
}

/** Runs `profile exists`. */
export async function exists(values: ProjectValues, [operand]: readonly string[], app: App): Promise<number> {
  const { app: there, name } = remoteOf(app, operand!);
  const project = await projectOf(there, values.project);
  const found = await (await there.server()).get(profilePath(project, name));
  if (found === undefined) return EXIT.failure;
  app.print(`${name}\n`);
  return EXIT.ok;
}

/** Runs `profile export`. */
export async function exportProfiles(
  values: ChangeValues & { readonly d: string; readonly all: boolean },
  names: readonly string[],
  app: App,
): Promise<number> {
  if (values.all === names.length > 0) {
    throw new UsageError("profile export takes either names of profiles or --all");
  }
  const project = await projectOf(app, values.project);
  const profiles = await (await app.server()).profiles(project);
  const chosen = values.all ? profiles : names.map((name) => {
    const found = profiles.find((profile) => profile.name === name);
    if (!found) throw missing("profile", name, { known: profiles.map((profile) => profile.name) });
    return found;
  });
  const directory = values.d.startsWith("/") ? values.d : `${app.host.cwd}/${values.d}`;
  if ((await app.host.lstat(directory.replace(/(.)\/+$/, "$1"))) === undefined) {
    throw new UsageError(`There is no directory "${values.d}"`);
  }
  const steps = chosen.map((profile) => {
    const path = `${directory.replace(/\/+$/, "")}/${profile.name}`;
    return writeStep(`Write profile ${profile.name}`, { path, text: profileText(profile), mode: 0o644 });
  });
  await applySteps(app, steps, { dryRun: values["dry-run"], passOutput: true });
  return EXIT.ok;
}

function profileText({ config, description, devices }: ProfileInfo): string {
  return stringify({ config, description, devices }, { lineWidth: -1, useAnchors: false });
}

/** Returns a map; an empty text counts as an empty map. */
function mapOf<S extends z.ZodMiniType>(value: S) {
  return transform(z.nullish(z.union([z.record(z.string(), value), z.literal("")])), (map) => map || {});
}

const text = transform(z.nullish(z.string()), (value) => value ?? "");
const texts = mapOf(text);
const profileSchema = z.object({
  config: texts,
  description: text,
  devices: mapOf(texts),
});

/** Reads the body of a profile from a file, every scalar as its text. */
export function parseProfile(file: string, content: string): ProfileBody {
  let data: unknown;
  try {
    data = parse(content, { schema: "failsafe" });
  } catch (error) {
    throw fileError(file, `Not a profile in YAML: ${error instanceof Error ? error.message : error}`);
  }
  const result = profileSchema.safeParse(data, { error: inWords });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw fileError(file, `Not a profile: ${issue.path.join(".")}: ${issue.message}`);
}

/** Runs `profile import`. */
export async function importProfiles(
  values: ChangeValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const project = await projectOf(app, values.project);
  const bodies = await Promise.all(files.map(async (file) => {
    const content = await app.host.readText(file);
    if (content === undefined) throw fileError(file, "No such file");
    const name = basename(file);
    const problem = profileNameProblem(name);
    if (problem !== undefined) throw fileError(file, `The profile's name, "${name}", ${problem}`);
    return { name, body: parseProfile(file, content) };
  }));
  const profiles = await (await app.server()).profiles(project);
  const steps = bodies.map(({ name, body }): Step =>
    profiles.some((profile) => profile.name === name)
      ? { title: `Replace profile ${name}`, effect: { kind: "send", ...updateProfile(project, name, body) } }
      : { title: `Create profile ${name}`, effect: { kind: "send", ...createProfile(project, name, body) } }
  );
  await applySteps(app, steps, { dryRun: values["dry-run"] });
  return EXIT.ok;
}
