/**
 * Sources that an instance and its devices are copied or cloned from.
 *
 * @module
 */
import type { Config, LoadedConfig } from "../config/config.ts";
import type { DeviceSource, Instance, InstanceOrigin } from "./instance.ts";
import { instanceNameProblem, placeNameProblem } from "./patterns/names.ts";
import type { Findings } from "./patterns/substitution.ts";

/** Reads `origin`, `[PROJECT_]INSTANCE[/SNAPSHOT]`; absent where there is none. */
export function origin(config: Config, found: Findings): InstanceOrigin | undefined {
  const text = found.resolve("origin", config.origin) ?? "";
  if (text === "") return undefined;
  const slash = text.indexOf("/");
  const qualified = slash < 0 ? text : text.slice(0, slash);
  // Names of instances and of projects have no underscore.
  const mark = qualified.indexOf("_");
  const name = qualified.slice(mark + 1);
  const snapshot = slash < 0 ? "" : text.slice(slash + 1);
  found.accept("origin", name, instanceNameProblem(name));
  if (slash >= 0 && !/^[^/\s]+$/.test(snapshot)) {
    found.error("origin", `"${text}" has no snapshot name after its slash, or not a usable one`);
  }
  return {
    name,
    ...(mark > 0 ? { project: qualified.slice(0, mark) } : {}),
    ...(snapshot !== "" ? { snapshot } : {}),
  };
}

/** Reads `device-origin`, `INSTANCE@SNAPSHOT`, or where there is none `device-template`. */
export function deviceSource(config: Config, found: Findings): DeviceSource | undefined {
  const key = config.deviceOrigin !== "" ? "device-origin" : "device-template";
  const pattern = config.deviceOrigin !== "" ? config.deviceOrigin : config.deviceTemplate;
  if (pattern === "") return undefined;
  if (config.deviceOrigin !== "" && config.deviceTemplate !== "") {
    found.warn("device-template", 'It is not used, as there is a "device-origin"');
  }
  const text = found.resolve(key, pattern);
  if (text === undefined) return undefined;
  const [name = "", snapshot = ""] = key === "device-origin" ? text.split("@", 2) : [text];
  if (key === "device-origin" && !/^[^@]*@[A-Za-z0-9_.:-]+$/.test(text)) {
    found.error(key, `"${text}" is not of the form INSTANCE@SNAPSHOT`);
    return undefined;
  }
  if (name === "" && config.sourceConfig === "") {
    found.error(key, 'It names no instance, and there is no "source-config" to name one');
    return undefined;
  }
  if (name !== "") found.accept(key, name, placeNameProblem(name));
  return { ...(name !== "" ? { name } : {}), ...(snapshot !== "" ? { snapshot } : {}) };
}

/**
 * Returns the origin with its project: the one that it names, that of `source-config`, or the instance's own.
 */
export function completeOrigin(
  instance: Instance,
  loaded: LoadedConfig,
): Required<Pick<InstanceOrigin, "project">> & InstanceOrigin | undefined {
  const { origin } = instance;
  return origin && { ...origin, project: origin.project ?? (loaded.config.project || instance.project) };
}
