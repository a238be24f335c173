/**
 * Contents of files of an instance that get into its configuration.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { END } from "../drift/answer.ts";
import { wholeScript } from "../drift/script.ts";
import { MOST } from "./choose.ts";
import type { FoundFile } from "./found.ts";

const CONTENT = `
lxops_content_of() {
  if [ -f "$2" ] && [ ! -L "$2" ]; then printf 'content\\t%s\\t%s\\n' "$1" "$(head -c ${
  MOST.bytes + 1
} "$2" | base64 | tr -d '\\n')"; fi
}`;

/** Returns the script that tells the contents of files. */
export function takenScript(files: readonly FoundFile[]): string {
  return wholeScript([CONTENT], files.map(({ path }, index) => `lxops_content_of ${index} ${quote(path)}`));
}

/** Parses contents, by the paths of the files; one that is larger than it was is left out. */
export function parseContents(files: readonly FoundFile[], text: string): ReadonlyMap<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>();
  const lines = text.split("\n");
  if (!lines.includes(END)) return contents;
  let bytes = 0;
  for (const line of lines) {
    const [, index, encoded = ""] = /^content\t(\d{1,6})\t([A-Za-z0-9+\/]*={0,2})$/.exec(line) ?? [];
    const file = files[Number(index ?? "-1")];
    if (!file) continue;
    const content = decoded(encoded);
    if (!content || content.length > MOST.bytes || (bytes += content.length) > MOST.all) continue;
    contents.set(file.path, content);
  }
  return contents;
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
