/**
 * What makes items of cloud-config files, as one value: a target that has no such files does without, and without
 * the modules of all sections, whose schemas take several milliseconds to make.
 *
 * @module
 */
import type { Compiler } from "./assemble.ts";
import { compile } from "./compile.ts";
import { leftOut } from "./no_effect.ts";

/** Makes items of any files. */
export const compiler: Compiler = { compile, leftOut };
