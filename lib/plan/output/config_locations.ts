/**
 * Lines of a configuration that a failed step comes from, for the user who has to correct them.
 *
 * @module
 */
import { CommandError, LxopsError, ServerError } from "../../base/errors.ts";
import type { Command } from "../../ports/mod.ts";
import type { Effect, Step } from "../../step/step.ts";
import { blamedKeys } from "./blamed_keys.ts";
import { locate } from "../storage/layout.ts";
import { configuredAt, type Target, type World } from "../world.ts";

/**
 * Returns the places that configure the filesystems of a failed step, a line each: the filesystems that its
 * program complained about or, where it named none, all that it was given.
 */
export function settingsOf(
  { effect }: Step,
  error: LxopsError,
  target: Target,
  world: World,
): readonly string[] {
  if (error instanceof ServerError) {
    const { request, message } = error;
    // The request has the name of the instance, and so maybe of a key.
    const words = request ? message.replace(`(${request}`, "") : message;
    return blamedKeys(words, target.instance.config).map((key) => configuredAt(target, key));
  }
  const names = namesOf(target, world);
  const blamed = error instanceof CommandError ? keysIn(error.stderr.split("\n"), names) : [];
  return (blamed.length > 0 ? blamed : keysIn(wordsOf(effect), names)).map((id) =>
    configuredAt(target, `filesystems.${id}`)
  );
}

type Names = readonly (readonly [name: string, id: string])[];

function keysIn(texts: readonly string[], names: Names): readonly string[] {
  const found = new Set<string>();
  for (const word of texts) {
    // Of "/srv/a" and "/srv/a-cache", the one that says more of the word is meant.
    const [best] = names.filter(([name]) => isIn(name, word)).sort(([one], [other]) =>
      other.length - one.length
    );
    if (best) found.add(best[1]);
  }
  return [...found];
}

function isIn(name: string, word: string): boolean {
  const at = word.indexOf(name);
  return at >= 0 && !/^[A-Za-z0-9_]/.test(word.slice(at + name.length));
}

/** Datasets and directories of a target, each with the key of its filesystem. */
function namesOf(target: Target, world: World): Names {
  const plain = target.instance.filesystems.map(({ path, id }) => [path, id] as const);
  try {
    const { filesystems } = locate(target, world.datasets, world.paths);
    return [...plain, ...filesystems.map(({ directory, id }) => [directory, id] as const)];
  } catch (error) {
    if (error instanceof LxopsError) return plain;
    throw error;
  }
}

function wordsOf(effect: Effect): readonly string[] {
  if (effect.kind === "run") return commandWords(effect);
  return effect.kind === "own" ? effect.paths : [];
}

function commandWords({ argv, pipe }: Command): readonly string[] {
  return [...argv, ...(pipe ? commandWords(pipe) : [])];
}
