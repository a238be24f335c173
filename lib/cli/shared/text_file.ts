/**
 * Text files of the user that commands change: read whole, and written through a plan.
 *
 * @module
 */
import { fileError } from "../../config/file.ts";
import type { Step } from "../../step/step.ts";
import type { App } from "../command/app.ts";

/** A text file with its current content. */
export interface TextFile {
  /** Its path; where it is a link, that of what it leads to, so that the link stays. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Reads a text file exactly; `undefined` where there is none. */
export async function readTextFile(path: string, app: App): Promise<TextFile | undefined> {
  const real = await app.host.realPath(path);
  const [bytes, info] = real === undefined
    ? []
    : await Promise.all([app.host.readBytes(real), app.host.lstat(real)]);
  if (real === undefined || !bytes) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path: real, text, mode: info ? info.mode & 0o777 : 0o644 };
  } catch {
    throw fileError(path, "It is not text in UTF-8");
  }
}

/** Returns the step that writes a file. */
export function writeStep(title: string, file: TextFile): Step {
  const { path, text, mode } = file;
  return { title, effect: { kind: "write", path, text, mode } };
}
