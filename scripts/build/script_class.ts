/**
 * A short way to V8's code cache. Deno offers it as `node:vm` only, which loads 85 modules of Deno first (28 ms of
 * processor time). A binary has the unchanged texts of these modules; that of `node:wasi`, which nothing uses, gives
 * its place to a class that does what `evaluate()` needs of `node:vm`, and loads nothing.
 *
 * @module
 */

import { SHORT } from "./code_cache/evaluate.ts";

/** The class, under the one name that the module exports. */
const CLASS = `"use strict"; return ((function(){const{op_vm_create_script:create,` +
  `op_vm_script_create_cached_data:cacheOf,op_vm_script_run_in_context:run}=__bootstrap.core.ops;` +
  `class WASI{static ${SHORT}=true;#script;constructor(text,{filename,cachedData}){` +
  `const made=create(text,filename,0,0,cachedData,false,undefined,0);` +
  `this.#script=made.value;this.cachedDataRejected=made.cachedDataRejected}` +
  `runInThisContext(){return run(this.#script,null,-1,true,false)}` +
  `createCachedData(){return new Uint8Array(cacheOf(this.#script))}}` +
  `return{default:{WASI},WASI}})());`;

/** The begin of the text of a module, the content of that of `node:wasi`, and the end. */
const [BEGIN, OWN, END] = [
  `"use strict"; return (`,
  "class WASI{",
  "return{default:{WASI},WASI}})());",
] as const;

/** The most that a text of this module can have. */
const LIMIT = 20_000;

/**
 * Puts the class into a binary, in the place of `node:wasi`; nothing moves. Returns whether it could: where the module is
 * another one, the program takes `node:vm`.
 */
export function shortenScriptClass(binary: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(binary);
  const own = text.indexOf(OWN);
  const begin = text.lastIndexOf(BEGIN, own);
  const end = text.indexOf(END, own) + END.length;
  const isOnce = own >= 0 && text.indexOf(OWN, own + 1) < 0;
  if (!isOnce || begin < 0 || end < own || end - begin > LIMIT || end - begin < CLASS.length) return false;
  binary.set(new TextEncoder().encode(CLASS.padEnd(end - begin)), begin);
  return true;
}
