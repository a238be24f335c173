/**
 * Loads the sections that files need: the common ones, or all if a file has another key.
 *
 * @module
 */
import { type Compiler, compilerOf } from "../compile/compiler.ts";
import { common, isCommon } from "../sections/common.ts";
import type { CloudConfig, Values } from "../sections/mod.ts";
import { check, type Checked, openText } from "./check.ts";

/**
 * Reads and checks a cloud-config file.
 *
 * @throws {ConfigError} with all errors of the file
 */
export async function readCloudConfig(file: string, text: string): Promise<Checked<Values>> {
  const opened = openText(file, text);
  if (isCommon(opened.source.data)) return check(opened, common);
  return check(opened, (await import("../sections/mod.ts")).sections);
}

/** Returns a compiler for these files. */
export async function compilerFor(files: readonly CloudConfig[]): Promise<Compiler> {
  if (files.every(({ values }) => isCommon(values))) return compilerOf(common);
  return (await import("../compile/compile.ts")).compiler;
}
