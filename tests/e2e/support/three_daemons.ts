/** Declares tests that run on a later Incus, too. */
import { isWhole, sample } from "../../support/sample.ts";
import { daemons, type Ground, later, onBoth, type places } from "./daemon.ts";

/** Declares a test for both daemons and for a later Incus, which this machine may not have. */
export function onAll(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  onBoth(title, needs, test, [...daemons, later]);
}

/**
 * Declares a test for two of both daemons and the later Incus, another two at the next commit; for all of them where
 * only one of both is there, or with LXOPS_TEST_CUTS=all.
 */
export function onTwoOfAll(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  const all = [...daemons, later];
  const isSome = all.every(({ socket }) => socket) && !isWhole();
  onBoth(title, needs, test, isSome ? all.toSpliced(sample() % all.length, 1) : all);
}

/** Declares a test for the later Incus alone, of what other tests show of both daemons. */
export function onIncus7(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  onBoth(title, needs, test, [later]);
}
