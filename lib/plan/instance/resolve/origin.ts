/**
 * `origin`: a new instance that is a copy of another one, or of a snapshot of it.
 *
 * @module
 */
import { usable } from "../../../instance/parts.ts";
import { ConfigError } from "../../../base/errors.ts";
import type { ResolvedImage } from "./image.ts";
import { objectKey, problem, type Target, type World } from "../../world.ts";

/**
 * Returns the source of a target's instance where it is a copy; nothing where its configuration names no
 * origin.
 *
 * @throws {ConfigError} where there is no such instance or snapshot
 */
export function resolveOrigin(target: Target, world: World): ResolvedImage | undefined {
  usable(target.instance, "source");
  const origin = target.copyOf;
  if (!origin) return undefined;
  const key = objectKey(origin.project, origin.name);
  const info = world.instances.get(key);
  const fail = (message: string) => new ConfigError([problem(target, "origin", message)]);
  if (!info) throw fail(`There is no instance "${origin.name}" in project "${origin.project || "default"}"`);
  const { snapshot } = origin;
  const snapshots = world.snapshots.get(key) ?? [];
  if (snapshot !== undefined && !snapshots.includes(snapshot)) {
    const known = snapshots.map((name) => `"${name}"`).join(", ") || "none";
    throw fail(`Instance "${origin.name}" has no snapshot "${snapshot}"; it has ${known}`);
  }
  const source = snapshot === undefined ? origin.name : `${origin.name}/${snapshot}`;
  const os = info.config["image.os"];
  return {
    source: { type: "copy", source, project: origin.project || "default", instance_only: true },
    remote: false,
    text: source,
    ...(os === undefined ? {} : { os }),
  };
}
