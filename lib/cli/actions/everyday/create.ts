/**
 * `create`, `instance set`, `instance get` and `instance copy`.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { instanceNameProblem } from "../../../instance/patterns/names.ts";
import { planCopy, planSettings, refuseCopyTo, settingsOf } from "../../../plan/everyday/settings.ts";
import type { App } from "../../command/app.ts";
import { KEY_ROWS } from "../../results/instances.ts";
import type { RowOf } from "../../results/shape.ts";
import { type ListValues, printResult } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { applyPlaces, changePlaces, type ChangeValues } from "../../places/apply_places.ts";
import { existingPlaces, foundPlaces, onePlace, type PlaceValues } from "../../places/places.ts";
import { configText, ofCommandLine, verbatim, withFile } from "../../shared/given_file.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { lockPlaces } from "../../shared/lifecycle/lock.ts";
import { placeOf } from "../../shared/operands.ts";

interface CreateValues extends Omit<LifecycleValues, "name" | "trace" | "parallel"> {
  readonly start: boolean;
  readonly profile: readonly string[];
  readonly config: readonly string[];
  readonly json: boolean;
}

/** The name of the file that messages give to the command line. */
const COMMAND_LINE = "create";

/** Runs `create`, which turns the command line into a configuration that is checked and planned like that of a file. */
export async function create(values: CreateValues, operands: readonly string[], app: App): Promise<number> {
  const [image, operand] = operands as [string, string];
  const place = await placeOf(app, operand, values.project);
  const wrong = instanceNameProblem(place.ref.name);
  if (wrong !== undefined) throw new UsageError(`The instance name "${place.ref.name}" ${wrong}`);
  const options = Object.entries(settingsOf(values.config)).flatMap((
    [key, value],
  ) => ["-c", `${key}=${value}`]);
  const text = configText({
    image: verbatim(image),
    ...(values.profile.length > 0 ? { profiles: values.profile } : {}),
    ...(options.length > 0 ? { "lxc-options": options } : {}),
  });
  const all = { ...values, name: place.ref.name, project: place.ref.project, trace: false, parallel: 1 };
  const create = () =>
    runLifecycle(
      {
        name: "create",
        word: "created",
        daemonOnly: true,
        settles: true,
        needs: { images: true },
        options: { ...planOptions(all), start: values.start },
        planner: async () => (await import("../../../plan/everyday/create.ts")).planCreate,
      },
      all,
      [COMMAND_LINE],
      withFile(place.app, COMMAND_LINE, text),
    );
  return await ofCommandLine(COMMAND_LINE, create);
}

/** Runs `instance set`. */
export async function set(values: ChangeValues, operands: readonly string[], app: App): Promise<number> {
  const [name, ...pairs] = operands as [string, ...string[]];
  const settings = settingsOf(pairs);
  return await changePlaces(
    { command: "instance set", word: "changed", plan: (info) => planSettings(info, settings), slash: true },
    values,
    [name],
    app,
  );
}

interface GetValues extends PlaceValues, ListValues {
  readonly expanded: boolean;
}

/** Runs `instance get`. */
export async function get(values: GetValues, operands: readonly string[], app: App): Promise<number> {
  const [name, key] = operands as [string, string | undefined];
  const [place] = await foundPlaces([await onePlace(name, values, app)]);
  const { info } = place!;
  const config = values.expanded ? info.expandedConfig : info.config;
  if (key !== undefined) {
    const value = config[key];
    if (value === undefined) {
      throw missing("key", key, {
        where: ` in the configuration of "${info.name}"`,
        known: Object.keys(config),
      });
    }
    await printResult(app, KEY_ROWS, {
      whole: value,
      rows: keyRows([[key, value]]),
      text: () => `${printable(value)}\n`,
    }, values);
    return EXIT.ok;
  }
  const sorted = Object.entries(config).sort(([a], [b]) => a < b ? -1 : 1);
  await printResult(app, KEY_ROWS, {
    whole: Object.fromEntries(sorted),
    rows: keyRows(sorted),
    text: () => sorted.map(([key, value]) => `${printable(key)}=${printable(value)}\n`).join(""),
  }, values);
  return EXIT.ok;
}

function keyRows(entries: readonly (readonly [string, string])[]): readonly RowOf<typeof KEY_ROWS>[] {
  return entries.map(([key, value]) => ({ key, value }));
}

interface CopyValues extends ChangeValues {
  readonly "share-devices": boolean;
}

/** Longest wait for a copy that an earlier run began. */
const SETTLE_SECONDS = 600;

/** Runs `instance copy`. */
export async function copy(values: CopyValues, operands: readonly string[], app: App): Promise<number> {
  const [from, name] = operands as [string, string];
  const wrong = instanceNameProblem(name);
  if (wrong !== undefined) throw new UsageError(`The instance name "${name}" ${wrong}`);
  const source = await onePlace(from, values, app);
  const target = { app: source.app, ref: { ...source.ref, name } };
  await lockPlaces([source, target], "instance copy", values);
  const look = async () => {
    const infos = await existingPlaces([source, target]);
    const there = infos.find(({ ref }) => ref.name === name);
    return { infos, isLeft: refuseCopyTo(there?.info, source.ref.name) };
  };
  let { infos, isLeft } = await look();
  if (isLeft) {
    // The daemon may still continue the work of an interrupted run.
    const { settle } = await import("../../../run/wait/settle.ts");
    const note = (text: string) => app.complain(printable(`note: ${text}`));
    const copies = [{ instance: { ...target.ref, filesystems: [] } }];
    await settle(await source.app.server(), copies, { seconds: SETTLE_SECONDS, note, signal: app.signal });
    ({ infos, isLeft } = await look());
  }
  const [found] = infos.some(({ ref }) => ref.name !== name) ? infos : await foundPlaces([source]);
  const profiles = await (await source.app.server()).profiles(source.ref.project);
  const plan = planCopy(found!.info, name, { shared: values["share-devices"], profiles, isLeft });
  return await applyPlaces([{ app: source.app, plan }], values, "copied");
}
