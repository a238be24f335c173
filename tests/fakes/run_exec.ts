/** Runs one program in an instance of a fake daemon. */
import type { Exec, OnLine } from "../../lib/ports/mod.ts";
import { fakeDaemon, type Rules } from "./fake_daemon.ts";
import { execRules, type FakeProgram } from "./fake_exec.ts";

/** The program that tests run, unless they say more. */
export const exec: Exec = { instance: { project: "default", name: "c1" }, argv: ["prog", "arg"] };

/** Result of the program. */
export interface ExecOutcome {
  readonly code: number;
  /** `stdout: line` and `stderr: line`, in the order of their delivery. */
  readonly lines: readonly string[];
}

/** Runs a program; `rules` replace those of its daemon. */
export async function runExec(
  program: FakeProgram,
  more: Partial<Exec> = {},
  signal: AbortSignal = new AbortController().signal,
  rules: Rules = {},
): Promise<ExecOutcome> {
  await using daemon = await fakeDaemon({ ...execRules(program), ...rules });
  const { control } = await daemon.connect();
  const lines: string[] = [];
  const onLine: OnLine = (line, stream) => lines.push(`${stream}: ${line}`);
  const code = await control.exec({ ...exec, ...more }, onLine, signal);
  return { code, lines };
}

/** Bytes as text. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
