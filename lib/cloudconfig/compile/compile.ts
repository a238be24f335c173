/**
 * Compiles cloud-config files of any content to items.
 *
 * @module
 */
import { sections } from "../sections/mod.ts";
import { type Compiler, compilerOf } from "./compiler.ts";

/** Compiles files by all sections. */
export const compiler: Compiler = compilerOf(sections);

/** Makes the items of files. */
export const compile: Compiler["compile"] = compiler.compile;

/** Lists the keys of files that are for other operating systems, in a sentence each. */
export const leftOut: Compiler["leftOut"] = compiler.leftOut;
