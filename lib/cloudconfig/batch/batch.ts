/**
 * Renders items as one shell script, which runs in one exec and reports the start, end and output of each item.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import type { Batch, Secret } from "../../step/step.ts";
import { isSecretItem, noted, saltOf } from "../model/ids.ts";
import type { Item } from "../model/item.ts";
import { BEGIN, ENDING, FRAME, ITEM, JOURNAL_FILE, LIMITED_ITEM, NOTED_SALTED, START } from "./frame.ts";
import { JOURNAL, keyScript } from "./journal.ts";
import { endScript, type RootFilesystem } from "./left.ts";
import { MASK } from "../../base/mask.ts";
import { ownLimit } from "../model/time_limits.ts";
import { quote } from "../../base/shell.ts";
import { sha256 } from "../model/sha256.ts";
import { helperText } from "../shell/helpers.ts";

/** Options for running a batch. */
export interface BatchOptions {
  /** Items that the instance's journal has are skipped. */
  readonly resume?: boolean;
  /** The time limit of an item. An item that takes longer is killed with its processes; its exit code is 124. */
  readonly stepSeconds?: number;
  /** A random text that makes ids unpredictable; absent in scripts that are only shown. */
  readonly random?: string | undefined;
  /** The items whose ids in the journal have no salt and get one. */
  readonly unsalted?: readonly Item[];
  /** The key that the instance keeps for the record of its items; see `plan/record`. */
  readonly recordKey?: string;
  /** The root filesystem, whose files the instance notes; absent: it notes nothing. */
  readonly root?: RootFilesystem | undefined;
  /** The time limit for the shell to begin with an item, in seconds. */
  readonly beginSeconds?: number;
}

/** The beginning of a marker, which ends with a newline. Output of items is passed on unchanged. */
export const MARK = "\u0001";

/** The marker in a script that is only shown. */
export const SHOWN_MARKER = "lxops";

function itemFunction(item: Item, index: number): string {
  return `lxops_item_${index}() {\n${item.script}\n}`;
}

/**
 * Returns commands that add a salt to ids in the journal, and replace their titles, which may have passwords in them.
 */
function saltScript(items: readonly Item[], salt: string): string {
  if (items.length === 0) return "";
  const changes = items.map((item) => {
    const title = item.title.replaceAll(/[\\\/&]/g, "\\$&");
    return ` -e ${quote(`s/^${item.id} \\([^ ]* [^ ]* [^ ]*\\) .*/${noted(item, salt)} \\1 ${title}/`)}`;
  });
  // Not every sed reports that it could not write everything; the printf of the shell does.
  return `lxops_kept=$(sed${changes.join("")} "$lxops_journal" 2>/dev/null) && (
  umask 077 && printf '%s\\n' "$lxops_kept" >"$lxops_journal.new" && mv "$lxops_journal.new" "$lxops_journal"
) 2>/dev/null || :
`;
}

function itemCall(item: Item, index: number, salt: string, resume: boolean): string {
  const target = item.target ? `${item.target.key} ${item.target.first ? "first" : "later"}` : "- none";
  const how = item.prints ? "prints" : "-";
  const bare = resume && isSecretItem(item) ? ` ${item.id}` : "";
  return `lxops_run ${index} ${noted(item, salt)} ${target} ${how} ${quote(item.title)}${bare}
[ "$lxops_code" = 0 ] || return "$lxops_code"`;
}

/**
 * Renders the script of a batch. All of it is one function that is called on the last line, so that a truncated
 * script runs nothing and fails.
 */
function scriptOf(items: readonly Item[], marker: string, salt: string, options: BatchOptions): string {
  const { stepSeconds: limit, resume = false, unsalted = [], recordKey } = options;
  return `trap 'exit 97' EXIT
lxops_main() {
exec 3>&2 2>&1
umask 022
lxops_marker=${marker} lxops_journal=${JOURNAL} lxops_resume=${resume ? "yes" : ""} lxops_code=0
${JOURNAL_FILE}
${ENDING}
${START}
${limit === undefined ? ITEM : `lxops_limit=${Math.max(1, Math.ceil(limit))}\n${LIMITED_ITEM}`}
${FRAME}
${resume && items.some(isSecretItem) ? `${NOTED_SALTED}\n` : ""}${saltScript(unsalted, salt)}${
    keyScript(recordKey)
  }${BEGIN}
${helperText(items.flatMap(({ helpers }) => helpers))}
${items.map(itemFunction).join("\n")}
${items.map((item, index) => itemCall(item, index, salt, resume)).join("\n")}
${endScript(items, options.root)}}
lxops_main; lxops_code=$?; trap - EXIT; exit "$lxops_code"
`;
}

/** Makes the batch that applies items to an instance. */
export function batch(
  instance: InstanceRef,
  items: readonly Item[],
  options: BatchOptions = {},
): Batch & { readonly kind: "batch" } {
  const { random, unsalted = [], recordKey } = options;
  const name = `${instance.project}/${instance.name}`;
  const marker = random === undefined ? SHOWN_MARKER : sha256(`${random} ${name} marker`).slice(0, 24);
  const salt = saltOf(random, name);
  const hide: readonly Secret[] = [
    ...items.flatMap((item) => item.secrets),
    ...(recordKey === undefined ? [] : [{ text: recordKey, shown: MASK }]),
    ...[...items.filter(isSecretItem), ...unsalted].flatMap((item) =>
      [item.id, noted(item, salt)].map((text) => ({ text, shown: MASK }))
    ),
  ];
  return {
    kind: "batch",
    instance,
    argv: ["/bin/sh", "-s"],
    stdin: scriptOf(items, marker, salt, options),
    items: items.map(({ title, location, prints, section }) => {
      const seconds = ownLimit(section);
      return { title, ...(prints ? { prints } : {}), ...(seconds ? { seconds } : {}), location };
    }),
    // The ids of users are no concern of what has no shell.
    ...(items.every(({ section }) => section === "ids") ? { optional: true } : {}),
    marker,
    secrets: hide,
    ...(options.beginSeconds === undefined ? {} : { beginSeconds: options.beginSeconds }),
    ...(options.stepSeconds === undefined ? {} : { itemSeconds: options.stepSeconds }),
  };
}
