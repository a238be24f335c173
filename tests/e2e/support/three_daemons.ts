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
 * Declares a test for one or two of both daemons and the later Incus, others at the next commit; for all of them where
 * one is missing, or with LXOPS_TEST_CUTS=all.
 */
export function onSomeOfAll(
  count: 1 | 2,
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  const all = [...daemons, later];
  const isSome = all.every(({ socket }) => socket) && !isWhole();
  const some = Array.from({ length: count }, (_, index) => all[(sample() + count + index) % all.length]!);
  onBoth(title, needs, test, isSome ? some : all);
}

/** Declares a test for the later Incus alone, of what other tests show of both daemons. */
export function onIncus7(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  onBoth(title, needs, test, [later]);
}
