/**
 * Compares the users and groups of an instance with those of the one that is to replace it, before anything stops.
 *
 * @module
 */
import { LxopsError, ServerError, StateError } from "../../base/errors.ts";
import {
  curesOf,
  differenceText,
  type DifferingId,
  differingIds,
  ownedLine,
} from "../../cloudconfig/model/differing_ids.ts";
import { parseIds } from "../../cloudconfig/model/known_ids.ts";
import { OWNED_IDS } from "../../cloudconfig/shell/ids.ts";
import { endFileReader } from "./refused_start.ts";
import type { IdComparison } from "../../step/step.ts";
import type { Peek } from "../../ports/peek.ts";
import type { Run } from "./perform.ts";

/** The time for a file of the instance that does not run: the daemon starts a helper that reads it. */
const FILE_SECONDS = 16;
/** The time for a walk through the directories, which itself ends after 5 s. */
const WALK_MS = 10_000;
/** The most output of the walk that is kept. */
const OUTPUT = 65_536;

/**
 * Compares the ids, and reports those that differ while files on devices have them.
 *
 * @throws {StateError} where some do and that is to be refused
 */
export async function compareIds(wanted: IdComparison, run: Run): Promise<void> {
  const { report, instance } = run;
  const made = { ...wanted.instance, name: wanted.made };
  const read = async (path: string) =>
    await run.controls.server.readSmall({ ...made, status: "Stopped" }, path, FILE_SECONDS);
  const note = (text: string) => report({ kind: "note", instance, text });
  let found: readonly DifferingId[] = [];
  try {
    const [passwd, group] = [await read("/etc/passwd"), await read("/etc/group")];
    const why = unusable({ passwd, group });
    if (why === undefined) {
      const files = { passwd: passwd.text, group: group.text };
      found = differingIds(parseIds(wanted.ids), files, wanted.how !== "warn");
    } else note(later(made.name, why));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    note(later(made.name, error.message));
  }
  const [owned] = await Promise.all([
    found.length > 0 ? ownedIds(wanted, found, run) : [],
    endFileReader(made, run),
  ]);
  if (owned.length === 0) return;
  const texts = [...new Set(owned.map(differenceText))];
  if (wanted.how === "refuse") {
    throw new StateError(
      `Instance "${wanted.instance.name}" is not replaced, as files on its devices would belong to others: ${
        texts.join("; ")
      }`,
      { advice: [`"${wanted.instance.name}" was not stopped`] },
    );
  }
  for (const text of texts) note(text);
  note("Files on the devices keep their numbers");
  const cures = curesOf(owned, wanted.directories);
  if (cures.length === 0) return;
  note("To give the files the new numbers, once, in the new instance:");
  for (const cure of cures) note(`  ${cure}`);
}

/** Returns the note about a comparison that the new instance itself makes. */
function later(name: string, why: string): string {
  return `The users and groups of "${name}" cannot be read before it starts, and are compared then: ${why}`;
}

/** Returns the reason why a file of accounts cannot be used; one that does not exist has no accounts. */
function unusable(files: Readonly<Record<"passwd" | "group", Peek>>): string | undefined {
  return Object.values(files).find(({ strange }) => strange !== undefined)?.strange;
}

/** Returns those ids that files on the devices have; all of them where the files cannot be read. */
async function ownedIds(
  { instance, directories }: IdComparison,
  found: readonly DifferingId[],
  { controls, signal }: Run,
): Promise<readonly DifferingId[]> {
  const lines = [...new Set(found.map(ownedLine))];
  const late = AbortSignal.timeout(WALK_MS);
  const decoder = new TextDecoder();
  let text = "";
  try {
    const code = await controls.control.pipe(
      {
        instance,
        argv: ["/bin/sh", "-c", OWNED_IDS, "lxops", ...directories],
        stdin: lines.join("\n"),
      },
      (bytes, stream) => {
        if (stream === "stdout" && text.length < OUTPUT) text += decoder.decode(bytes, { stream: true });
      },
      AbortSignal.any([signal, late]),
    );
    const seen = new Set(text.split("\n"));
    if (code === 0 && !seen.has("late")) return found.filter((one) => seen.has(ownedLine(one)));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LxopsError) && !late.aborted) throw error;
  }
  return found;
}
