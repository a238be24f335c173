/**
 * Directories of the machine that instances can write to. Their files may come from the root user of an instance, who
 * with a shifted or privileged device can also make files of the host's root. lxops reads no configuration, hook or
 * secret there.
 *
 * @module
 */
import { resolve } from "@std/path";
import { ConfigError, type Issue } from "../../base/errors.ts";
import { ancestors, isWithin } from "../../base/within.ts";
import { problem, type Target, type World } from "../../plan/world.ts";
import type { Host } from "../../ports/mod.ts";

/** A directory that an instance can write to. */
export interface GuestPlace {
  readonly directory: string;
  /** Its holder, for messages: `instance "web"`. */
  readonly of: string;
}

/** The parts of a world that tell which directories instances can write to. */
export type GuestWorld = Pick<World, "instances" | "profiles" | "otherDaemon">;

type Devices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Returns the directories that instances and profiles of the daemons can write to. */
export function placesOfDaemons({ instances, profiles, otherDaemon }: GuestWorld): readonly GuestPlace[] {
  const sources = (devices: Devices, of: string): GuestPlace[] =>
    Object.values(devices).flatMap(({ type, readonly, pool = "", source = "" }) =>
      type === "disk" && readonly !== "true" && pool === "" && source.startsWith("/")
        ? [{ directory: resolve(source), of }]
        : []
    );
  return [
    ...[...instances.values(), ...otherDaemon?.instances ?? []]
      .flatMap(({ name, expandedDevices }) => sources(expandedDevices, `instance "${name}"`)),
    ...[...profiles.values(), ...otherDaemon?.profiles ?? []]
      .flatMap(({ name, devices }) => sources(devices, `profile "${name}"`)),
  ];
}

/** Returns the directories that configurations give their instances to write to. */
export function placesOfTargets(
  targets: readonly Target[],
  { datasets }: Pick<World, "datasets">,
): readonly GuestPlace[] {
  return targets.flatMap(({ instance: { name, filesystems, devices } }) => {
    const roots = new Map(filesystems.map(({ id, path }): [string, string] => [
      id,
      path.startsWith("/") ? path : datasets.get(path)?.mountpoint ?? "",
    ]));
    return devices.flatMap(({ filesystem, dir, readonly }) => {
      const root = filesystem === undefined ? "" : roots.get(filesystem) ?? "";
      const path = filesystem === undefined || dir.startsWith("/") ? dir : root && `${root}/${dir}`;
      return readonly || !path.startsWith("/")
        ? []
        : [{ directory: resolve(path), of: `instance "${name}"` }];
    });
  });
}

/** Finds the place that a path is in, or that a link of the path leads to or through. */
export type FindPlace = (path: string) => Promise<GuestPlace | undefined>;

/** Makes a search for the place of a path among some, by their real paths. */
export function placeFinder(places: readonly GuestPlace[], host: Pick<Host, "realPath" | "cwd">): FindPlace {
  const known = new Map<string, Promise<string | undefined>>();
  const real = (path: string) => {
    const found = known.get(path) ?? host.realPath(path).catch(() => undefined);
    known.set(path, found);
    return found;
  };
  return async (path) => {
    if (places.length === 0) return undefined;
    const absolute = resolve(host.cwd, path);
    const names = [absolute, ...ancestors(absolute)];
    const ways = new Set([...names, ...(await Promise.all(names.map(real))).flatMap((one) => one ?? [])]);
    for (const place of places) {
      const directories = [place.directory, await real(place.directory) ?? place.directory];
      if ([...ways].some((way) => directories.some((one) => isWithin(way, one)))) return place;
    }
    return undefined;
  };
}

/** Configurations that a search has found, and warnings about those that it leaves out. */
export interface Trusted {
  readonly files: readonly string[];
  readonly warnings: readonly Issue[];
}

/** Leaves out the configurations that a search has found where an instance can write. */
export async function withoutGuests(
  files: readonly string[],
  places: readonly GuestPlace[],
  host: Pick<Host, "realPath" | "cwd">,
): Promise<Trusted> {
  const find = placeFinder(places, host);
  const warnings: Issue[] = [];
  const found = await Promise.all(files.map(async (file) => {
    const place = await find(file);
    if (!place) return [file];
    const message =
      `This configuration is left out, as ${place.of} can write to "${place.directory}": move ` +
      "its directory out of there, or name the file itself if you trust it";
    warnings.push({ file, message, severity: "warning" });
    return [];
  }));
  return { files: found.flat(), warnings };
}

/**
 * Checks that no program or file that hooks and secrets of targets name is where an instance can write.
 *
 * @throws {ConfigError} with all that are
 */
export async function checkSources(
  targets: readonly Target[],
  places: readonly GuestPlace[],
  host: Pick<Host, "realPath" | "cwd">,
): Promise<void> {
  const find = placeFinder(places, host);
  const issues = await Promise.all(targets.flatMap((target) => {
    const { hooks, secrets } = target.instance.config;
    // The file that names a program matters, too: it may give any program arguments.
    const keys = [
      ...Object.entries(hooks).flatMap(([point, all]) =>
        all.map(({ run }, index) => ({ key: `hooks.${point}.${index}`, paths: [run] }))
      ),
      ...Object.entries(secrets).map(([name, { file, sops, age, identity, command, directory }]) => ({
        key: `secrets.${name}`,
        paths: [file, sops, age, identity, command[0] ?? "", directory],
      })),
    ];
    return keys.map(async ({ key, paths }): Promise<Issue[]> => {
      const { file } = problem(target, key, "");
      for (const path of [...paths.filter((one) => one.includes("/")), file]) {
        const place = await find(path);
        if (!place) continue;
        const message = `"${path}" is not used, as ${place.of} can write to "${place.directory}" ` +
          "and could put anything there: move it out of there, or make that device readonly";
        return [problem(target, key, message)];
      }
      return [];
    });
  }));
  const all = issues.flat();
  if (all.length > 0) throw new ConfigError(all);
}
