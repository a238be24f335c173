/**
 * `lost`.
 *
 * @module
 */
import { EXIT, refuse } from "../../../base/errors.ts";
import { noInstance } from "../../../base/missing.ts";
import { count, sizeText } from "../../../base/sizes.ts";
import type { Item } from "../../../cloudconfig/model/item.ts";
import { isRunning, startAdvice } from "../../../plan/instance/ownership.ts";
import { resolve } from "../../../plan/instance/resolve/resolve.ts";
import { targetItems } from "../../../plan/lifecycle/configure.ts";
import { type Lost, managedPaths, savingLines } from "../../../plan/lost/lost.ts";
import { objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { lookForLost } from "../../../run/observe/lost.ts";
import type { App } from "../../command/app.ts";
import { type Closed, endWith, lookOrNote } from "./closed.ts";
import { checkList, type ListValues, printList } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { sourcesOf } from "../../places/sources.ts";
import { LOST } from "../../results/instances.ts";
import { look } from "../../shared/lifecycle/look.ts";
import { subjectsOf } from "../../shared/subjects.ts";
import type { ConfigValues } from "../../shared/target_options.ts";

/** An instance, and what its configuration says where it has one. */
interface Asked {
  readonly info: InstanceInfo;
  readonly app: App;
  readonly items: readonly Item[];
  readonly target?: Target;
}

/** Runs `lost`. */
export async function lost(
  values: ConfigValues & ListValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  checkList(LOST, values);
  const asked = await instancesOf(values, operands, app);
  const closed: Closed = new Map();
  const looked = await Promise.all(asked.map(async (one) => {
    const look = () => lostIn(one);
    const lost = await (asked.length > 1 ? lookOrNote(one.info, closed, look, app) : look());
    return lost === undefined ? [] : [{ ...one, lost }];
  }));
  const found = looked.flat();
  await printList(
    app,
    LOST,
    found.flatMap(({ info, lost }) =>
      lost.files.map(({ path, bytes, modified }) => ({
        instance: info.name,
        project: info.project,
        path,
        size: bytes,
        modified: new Date(modified * 1000).toISOString(),
      }))
    ),
    values,
  );
  for (const one of found) tell(one, app);
  return endWith(EXIT.ok, closed, app);
}

/** Returns the instances that operands name, with the configurations that are known. */
async function instancesOf(
  values: ConfigValues,
  operands: readonly string[],
  app: App,
): Promise<readonly Asked[]> {
  const { files, places } = await subjectsOf(operands, values, app);
  const named = await Promise.all(places.map(async (place) => {
    const info = await (await place.app.server()).instance(place.ref);
    if (!info) throw noInstance(place.ref);
    return { ...place, info };
  }));
  const own = named.filter((place) => place.app.globals.remote === app.globals.remote);
  const { sources } = await sourcesOf(own);
  const all = [...files, ...sources];
  const { targets, world } = all.length === 0
    ? { targets: [], world: undefined }
    : await look({ needs: { images: true, releases: true } }, values, all, app);
  const described = targets.map((target): Asked => {
    const info = world!.instances.get(objectKey(target.instance.project, target.instance.name));
    if (!info) throw noInstance(target.instance);
    return { info, app, target, items: itemsOf(target, world!) };
  });
  const known = new Set(described.map(({ info }) => objectKey(info.project, info.name)));
  const others = named.filter(({ info, app: at }) =>
    at !== app || !known.has(objectKey(info.project, info.name))
  );
  return [...described, ...others.map(({ info, app }): Asked => ({ info, app, items: [] }))];
}

function itemsOf(target: Target, world: World): readonly Item[] {
  return targetItems(resolve(target, world)).items;
}

async function lostIn({ info, app, items, target }: Asked): Promise<Lost> {
  if (!isRunning(info)) {
    throw refuse(`Cannot look into instance "${info.name}"`, "it does not run", startAdvice(info));
  }
  return await lookForLost(await app.server(), info, {
    keep: target?.instance.config.keep ?? [],
    managed: managedPaths(items),
  });
}

/** Tells how many files there are, and what saves them. */
function tell({ info: { name }, lost, target }: Asked & { readonly lost: Lost }, app: App): void {
  const say = (text: string) => app.complain(printable(text));
  if (lost.count > 0) {
    say(`${name}: ${count(lost.count, "file")} (${sizeText(lost.bytes)}) would be lost in a rebuild`);
    const rest = lost.count - lost.files.length;
    if (rest > 0) {
      say(`note: ${rest} of these are not listed: there are larger ones, or a name has a newline`);
    }
    const edited = new Set(lost.edited);
    if (edited.size > 0) {
      say(
        `note: ${count(edited.size, "file")} of these ${
          edited.size === 1 ? "is" : "are"
        } of cloud-config files ` +
          `and changed since; to see how: lxops status --diff ${name}`,
      );
    }
    const others = lost.files.filter(({ path }) => !edited.has(path));
    const lines = savingLines(others, Object.keys(target?.instance.config.filesystems ?? {})[0]);
    if (lines.length > 0) {
      say("To keep such files, add to the configuration, and copy them to the devices before the rebuild:");
      for (const line of lines) say(`  ${line}`);
    }
  }
  if (lost.baseline !== "whole") {
    say(
      `note: ${name} has no list of what lxops left in it: files that are older than the instance are not told`,
    );
  }
  if (lost.cut) say(`note: ${name} has more files than are looked at`);
}
