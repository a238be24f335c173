/**
 * Reads cloud-config files of any content.
 *
 * @module
 */
import { appliedKeys, type CloudConfig, sections, type Values } from "../sections/mod.ts";
import { check, type Checked, openText } from "./check.ts";
import { mergeFiles } from "./merge.ts";

export type { CloudConfig };
export { appliedKeys };

/**
 * Reads and checks a cloud-config file.
 *
 * @throws {ConfigError} with all errors of the file
 */
export function parseCloudConfig(file: string, text: string): Checked<Values> {
  return check(openText(file, text), sections);
}

/** Merges each file that says so with the file before it; the result is checked like a file. */
export function mergeCloudConfigs(files: readonly CloudConfig[]): readonly CloudConfig[] {
  if (!files.some(({ mergers }) => mergers)) return files;
  return mergeFiles(
    files,
    (source) => check({ source: { ...source, text: "", issues: [] }, mergers: [] }, sections),
  );
}
