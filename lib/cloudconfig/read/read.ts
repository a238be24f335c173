/**
 * What is needed of every cloud-config file, in one module: each import of its own is a file of the program.
 *
 * @module
 */
export * as common from "../compile/common.ts";
export { check, openText } from "./check.ts";
