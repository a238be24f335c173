/**
 * Plans `instance set` and `instance copy`.
 *
 * @module
 */
import { refuse, UsageError } from "../../base/errors.ts";
import { isIncomplete } from "../instance/ownership.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import { createInstance, deleteInstance, patchInstance } from "../requests/instances.ts";

/** Keys that the daemon or lxops itself writes. */
const RESERVED = /^(volatile|image)\.|^user\.lxops\./;

/** Reads `KEY=VALUE`; an empty value removes the key. */
export function settingsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    const key = pair.slice(0, Math.max(at, 0));
    if (!/^[a-z][\w.\-/]*$/i.test(key)) throw new UsageError(`KEY=VALUE is expected, not "${pair}"`);
    if (RESERVED.test(key)) throw new UsageError(`"${key}" is not for users to set`);
    return [key, pair.slice(at + 1)];
  }));
}

/** Plans changes of an instance's own configuration, without values that it has already. */
export function planSettings(
  info: InstanceInfo,
  settings: Readonly<Record<string, string>>,
): InstancePlan {
  const instance: InstanceRef = { project: info.project, name: info.name };
  const config = Object.fromEntries(
    Object.entries(settings).filter(([key, value]) => (info.config[key] ?? "") !== value),
  );
  const keys = Object.keys(config);
  if (keys.length === 0) return { instance, steps: [], notes: [`"${info.name}" has these settings already`] };
  const before = Object.fromEntries(keys.map((key) => [key, info.config[key] ?? ""]));
  return {
    instance,
    steps: [
      send(`Set ${keys.join(", ")} of ${info.name}`, patchInstance(instance, { config }), {
        undo: sendEffect(patchInstance(instance, { config: before })),
      }),
    ],
  };
}

/** Options of a copy. */
export interface CopyOptions {
  /** Both may have the same directories. */
  readonly shared: boolean;
  /** Profiles of the project. */
  readonly profiles: readonly ProfileInfo[];
  /** The daemon made a part of the copy before it was killed. */
  readonly isLeft: boolean;
}

/**
 * Refuses to copy to an instance that is there; returns whether the daemon made only a part of it, for an earlier run of
 * the same command.
 *
 * @throws {StateError}
 */
export function refuseCopyTo(there: InstanceInfo | undefined, source: string): boolean {
  if (!there) return false;
  const isCopy = there.config[COPY_MARK] === source;
  if (isCopy && isIncomplete(there)) return true;
  throw refuse(`There is an instance "${there.name}" already`, isCopy ? `it is a copy of "${source}"` : [], [
    ...(isCopy ? ["If an earlier run of this command made it, nothing is left to do"] : []),
    isCopy ? "Otherwise choose another name" : "Choose another name",
  ], "exists");
}

/** The key of a copy that names the instance that it was made of. */
const COPY_MARK = "user.lxops.copy-of";

/**
 * Plans a copy of an instance, without its snapshots.
 *
 * @throws {StateError} where both would write to the same directories
 */
export function planCopy(info: InstanceInfo, name: string, options: CopyOptions): InstancePlan {
  const instance: InstanceRef = { project: info.project, name };
  const shared = Object.entries(info.expandedDevices).filter(([, device]) =>
    device["type"] === "disk" && device["readonly"] !== "true" &&
    normalizePath(`/${device["path"] ?? ""}`) !== "/"
  );
  if (shared.length > 0 && !options.shared) {
    const list = shared.map(([device, { source, path }]) => `${device} (${source ?? ""} at ${path})`).join(
      ", ",
    );
    throw refuse(`Cannot copy instance "${info.name}"`, `both would write to its devices ${list}`, [
      "For an instance with data of its own: lxops launch --name NAME FILE",
      "To share them all the same, add --share-devices",
    ]);
  }
  // The settings of its own profile become the copy's own, as that profile is deleted with the first instance.
  const profile = options.profiles.find((one) => one.name === `${info.name}.lxops`);
  const own = Object.entries({ ...profile?.config, ...info.config })
    .filter(([key]) => !/^volatile\.|^user\.lxops\.(?!image$)/.test(key));
  const again = send(
    `Delete the incomplete instance ${name}`,
    deleteInstance(instance),
    { removes: [{ kind: "instance", ...instance }] },
  );
  return {
    instance,
    steps: [
      ...(options.isLeft ? [again] : []),
      send(
        `Copy instance ${info.name} as ${name}`,
        createInstance(info.project, {
          name,
          type: info.type === "virtual-machine" ? "virtual-machine" : "container",
          source: { type: "copy", source: info.name, project: info.project, instance_only: true },
          profiles: info.profiles.filter((one) => one !== profile?.name),
          config: { ...Object.fromEntries(own), [COPY_MARK]: info.name },
          devices: { ...profile?.devices, ...info.devices },
          ephemeral: false,
          description: info.description,
        }),
        { makes: [{ kind: "instance", ...instance }], undo: sendEffect(deleteInstance(instance)) },
      ),
    ],
  };
}
