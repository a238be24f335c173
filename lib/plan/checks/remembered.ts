/**
 * Properties of `-P` that are noted on an instance.
 *
 * @module
 */
import type { Properties } from "../../instance/patterns/properties.ts";
import { parseRemembered, PROPERTIES_MARK } from "../../instance/patterns/remembered.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { patchInstance } from "../requests/instances.ts";
import { findNamed } from "../instance/reserved_names.ts";
import { refOf, type Target } from "../world.ts";

/**
 * Returns the properties of `-P` that are noted on an instance, also where it has another name during a
 * rebuild.
 */
export function noted(instances: readonly InstanceInfo[], name: string): Properties {
  const [info] = findNamed(instances, name);
  return parseRemembered(info?.config[PROPERTIES_MARK]);
}

/**
 * Returns the change of an instance's configuration that notes a target's properties; none where they are
 * noted.
 */
export function noteChange(
  info: InstanceInfo,
  { instance: { sets } }: Target,
): Readonly<Record<string, string>> {
  const wanted = Object.keys(sets).length > 0 ? JSON.stringify(sets) : "";
  return (info.config[PROPERTIES_MARK] ?? "") === wanted ? {} : { [PROPERTIES_MARK]: wanted };
}

/** Returns the step that notes a target's properties on its instance, where others or none are noted. */
export function noteStep(info: InstanceInfo, target: Target): Step[] {
  const config = noteChange(info, target);
  if (Object.keys(config).length === 0) return [];
  const ref = refOf(target.instance);
  return [
    send(`Note the properties of -P on instance ${ref.name}`, patchInstance(ref, { config }), {
      undo: sendEffect(
        patchInstance(ref, { config: { [PROPERTIES_MARK]: info.config[PROPERTIES_MARK] ?? "" } }),
      ),
    }),
  ];
}

/**
 * Returns a line about properties that differ from those of the instance's creation, where there are some.
 */
export function otherProperties(info: InstanceInfo, { instance }: Target): readonly string[] {
  const before = parseRemembered(info.config[PROPERTIES_MARK]);
  const now = instance.sets;
  const names = Object.keys(now).filter((name) => Object.hasOwn(before, name) && before[name] !== now[name]);
  if (names.length === 0) return [];
  return [`It was made with ${words(before, names)}, and now it is ${words(now, names)}`];
}

function words(properties: Properties, names: readonly string[]): string {
  return names.map((name) => `-P ${quote(`${name}=${properties[name]}`)}`).join(" ");
}
