/**
 * Classification of errors that have no class in `errors.ts`: the operating system refused something, or lxops has
 * a defect.
 *
 * @module
 */
import { LxopsError, reasonOf } from "../base/errors.ts";

/** Messages of the operating system about files, for which Deno does not always have an error number. */
const OF_FILES: ReadonlySet<string> = new Set([
  "AlreadyExists",
  "Busy",
  "FilesystemLoop",
  "IsADirectory",
  "NotADirectory",
  "NotFound",
  "PermissionDenied",
]);

/** Makes an expected error of anything that was thrown. */
export function asLxopsError(thrown: unknown): LxopsError {
  if (thrown instanceof LxopsError) return thrown;
  if (!(thrown instanceof Error)) return defect(String(thrown), []);
  // Errors of the system carry the name of their number, as EACCES.
  const code = (thrown as { code?: unknown }).code;
  if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) {
    const named = /: [a-z]+ '(.+)'$/s.exec(thrown.message)?.[1];
    const message = named === undefined ? thrown.message : `Cannot use "${named}": ${reasonOf(thrown)}`;
    return new LxopsError(message, [], { cause: thrown });
  }
  if (OF_FILES.has(thrown.name)) return new LxopsError(reasonOf(thrown), [], { cause: thrown });
  // What the permissions that lxops is built with leave out.
  if (thrown.name === "NotCapable") {
    return new LxopsError(`${reasonOf(thrown)}, which lxops does not have`, [], { cause: thrown });
  }
  const stack = thrown.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return defect(`${thrown.name}: ${thrown.message}`, stack, thrown);
}

function defect(message: string, stack: readonly string[], cause?: Error): LxopsError {
  const text = `This is a defect of lxops, please report it: ${message}`;
  return new LxopsError(text, stack.map((line) => line.trim()), cause ? { cause } : {});
}

/** Tells whether the reader of the output is gone. */
export function isBrokenPipe(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { code?: unknown }).code === "EPIPE" || isBrokenPipe(error.cause);
}
