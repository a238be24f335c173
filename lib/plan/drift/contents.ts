/**
 * Contents of files that differ, which leave an instance only where the user asks for them.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { textOf } from "../../base/bytes.ts";
import { factOf, type Facts } from "./answer.ts";
import { unifiedDiff } from "./diff.ts";
import type { Drift } from "./drift.ts";
import { wholeScript } from "./script.ts";

/** The most bytes of a file that are shown, and the most files. */
const BYTES = 65_536;
const FILES = 50;

/** A file of which the difference can be shown. */
export interface ShownFile {
  readonly path: string;
  /** The content that the configuration has. */
  readonly content: Uint8Array;
}

/** Returns the files whose contents may be shown, and both sides of which can be known. */
export function shownFiles(drifts: readonly Drift[]): readonly ShownFile[] {
  return drifts.flatMap(({ path, content }) => path !== undefined && content ? [{ path, content }] : [])
    .slice(0, FILES);
}

/** `lxops_open PATH` tells whether a path is a file, and no link, that everybody may read and reach. */
const CONTENT = String.raw`
lxops_open() {
  if [ -L "$1" ]; then return 1; fi
  case $(stat -c %A -- "$1") in ???????r*) ;; *) return 1 ;; esac
  above=$(readlink -f "$1") above=${"${above%/*}"}
  while [ -n "$above" ]; do
    case $(stat -c %A -- "$above") in ?????????[xt]*) ;; *) return 1 ;; esac
    above=${"${above%/*}"}
  done
}
lxops_content_of() {
  if [ ! -f "$2" ]; then return 0; fi
  if lxops_open "$2"; then printf 'content\t%s\t%s\n' "$(head -c ${
  BYTES + 1
} "$2" | base64 | tr -d '\n')" "$1"
  else printf 'closed\t%s\n' "$1"
  fi
}`;

/** Returns the script that tells the contents of files. */
export function contentScript(files: readonly ShownFile[]): string {
  return wholeScript([CONTENT], files.map(({ path }, index) => `lxops_content_of ${index} ${quote(path)}`));
}

/** Returns the differences between what files have in an instance and what the configuration has. */
export function fileDiffs(
  files: readonly ShownFile[],
  facts: Facts,
  instance: string,
): readonly { readonly path: string; readonly diff: string }[] {
  return files.map(({ path, content }, index) => {
    const head = `--- ${instance}:${path}\n+++ ${path}, as the configuration has it\n`;
    const have = decoded(factOf(facts, "content", String(index))?.[0]);
    const [before, after] = [have && textOf(have), textOf(content)];
    if (factOf(facts, "closed", String(index))) {
      return { path, diff: `${head}It is not shown: it is a link, or not everybody may read it\n` };
    }
    if (have === undefined) return { path, diff: `${head}It cannot be read\n` };
    if (have.length > BYTES || content.length > BYTES) {
      return { path, diff: `${head}It is larger than ${BYTES / 1024} KiB\n` };
    }
    if (before === undefined || after === undefined) return { path, diff: `${head}It is no text\n` };
    return { path, diff: head + unifiedDiff(before, after) };
  });
}

function decoded(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || !/^[A-Za-z0-9+\/]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
