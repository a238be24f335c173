/**
 * Flags that choose items of cloud-config files.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";

/** Flags that choose items. */
interface Choice {
  readonly all: boolean;
  readonly resume: boolean;
  readonly only: readonly string[];
}

/**
 * Checks that a choice can be meant.
 *
 * @param more names that `--only` takes besides keys of cloud-config files
 * @throws {UsageError} where `--only` names no key that is applied, or flags contradict each other
 */
export async function checkChoice(
  { all, resume, only }: Choice,
  more: readonly string[] = [],
): Promise<void> {
  if (all && resume) {
    throw new UsageError(
      "--all and --resume cannot be combined: without --all, configure continues after the item that failed",
    );
  }
  const names = only.flatMap((text) => text.split(","));
  if (names.length === 0) return;
  const [{ appliedKeys }, { didYouMean }] = await Promise.all([
    import("../../cloudconfig/read/schema.ts"),
    import("../../base/suggest.ts"),
  ]);
  const known = [...appliedKeys, ...more];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const hint = didYouMean(wrong, known) || `; there are ${known.sort().join(", ")}`;
  throw new UsageError(`Unknown section "${wrong}" in --only${hint}`);
}
