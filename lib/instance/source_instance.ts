/**
 * The instance that another one is copied or cloned from, as its configuration lays it out.
 *
 * @module
 */
import type { LoadedConfig } from "../config/config.ts";
import { buildInstance, type BuildOptions } from "./build.ts";
import { defaultName } from "./patterns/default_name.ts";
import type { Instance } from "./instance.ts";
import { EXISTING } from "./parts.ts";

/**
 * Makes the instance whose filesystems and directories are the source of another's devices; `undefined` where
 * those have no source. `loaded` is the configuration of `source-config`, or the instance's own where there is none.
 */
export function sourceInstance(
  instance: Instance,
  loaded: LoadedConfig,
  options: Pick<BuildOptions, "globals" | "sets">,
): Instance | undefined {
  if (!instance.deviceSource) return undefined;
  const { sourceConfig } = instance.config;
  return buildInstance(loaded, {
    ...options,
    file: sourceConfig === "" ? instance.file : sourceConfig,
    name: instance.deviceSource.name ?? defaultName(sourceConfig, "/", loaded),
    project: loaded.config.project || instance.project,
    // It may be a template: directories that no instance was ever made with.
    without: EXISTING,
  });
}
