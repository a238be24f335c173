/**
 * Checksums of files on the host, by a program that can read files that lxops itself may not.
 *
 * @module
 */
import { CommandError, StateError } from "../../base/errors.ts";
import type { OnLine } from "../../ports/mod.ts";
import type { Effect } from "../../step/step.ts";
import type { Run } from "./perform.ts";

type Checksum = Extract<Effect, { kind: "checksum" }>;
type Verify = Extract<Effect, { kind: "verify" }>;
/** Computes the checksums of files, by name. */
async function sums(
  { directory, files }: Pick<Checksum, "directory" | "files">,
  { instance, controls, report, signal }: Run,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of files) {
    const argv = ["sha256sum", "--", `${directory}/${file}`] as const;
    const onLine: OnLine = (line, stream) =>
      stream === "stderr" && report({ kind: "output", instance, line, stream });
    const { code, stdout, stderr } = await controls.host.run({ argv }, onLine, signal);
    const sum = /^[0-9a-f]{64}/.exec(stdout)?.[0];
    if (code !== 0 || sum === undefined) {
      const message = `"${argv.join(" ")}" failed with exit code ${code}`;
      throw new CommandError(message, { argv, code, stderr: stderr.trimEnd() });
    }
    found.set(file, sum);
  }
  return found;
}

/** Writes the list of checksums of files, as `sha256sum --check` reads it. */
export async function writeChecksums(effect: Checksum, run: Run): Promise<void> {
  const found = await sums(effect, run);
  const text = [...found].map(([file, sum]) => `${sum}  ${file}\n`).join("");
  await run.controls.host.writeText(`${effect.directory}/${effect.list}`, text, 0o600);
}

/** Compares files with a list of checksums. */
export async function verifyChecksums(effect: Verify, run: Run): Promise<void> {
  const listed = new Map(effect.checksums.split("\n").map((line) => [line.slice(66), line.slice(0, 64)]));
  for (const [file, sum] of await sums(effect, run)) {
    if (listed.get(file) !== sum) {
      throw new StateError(
        `"${effect.directory}/${file}" is not what ${effect.list} says: it was changed or cut off`,
      );
    }
  }
}
