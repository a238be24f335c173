/**
 * Finds values of one file that override those of another.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import type { Layer, LoadedConfig } from "../config.ts";
import { issueAt } from "../schema/validate.ts";

function place(layer: Layer, path: readonly string[]): string {
  const { file, line, column } = layer.source.locate(path);
  return `${file}:${line}:${column}`;
}

/** Finds the properties, filesystems and devices of files that replace those of files before them. */
export function overrides({ layers }: Pick<LoadedConfig, "layers">): readonly Issue[] {
  const issues: Issue[] = [];
  for (const key of ["properties", "filesystems", "devices"] as const) {
    const seen = new Map<string, Layer>();
    for (const layer of layers) {
      for (const [id, value] of Object.entries(layer.raw[key])) {
        const earlier = seen.get(id);
        seen.set(id, layer);
        const old = earlier?.raw[key][id];
        if (!earlier || JSON.stringify(old) === JSON.stringify(value)) continue;
        const message = key === "properties"
          ? `"${value}" overrides "${old}" of ${place(earlier, [key, id])}`
          : `Replaces the whole entry of ${place(earlier, [key, id])}`;
        issues.push(issueAt(layer.source, [key, id], message, "warning"));
      }
    }
  }
  return issues;
}
