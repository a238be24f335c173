/**
 * Renders items as one shell script, which runs in one exec and reports the start, end and output of each item.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";
import type { Batch, Secret } from "../../step/step.ts";
import { isSecretItem, noted, saltOf } from "../model/ids.ts";
import type { Item } from "../model/item.ts";
import { JOURNAL, keyScript } from "./journal.ts";
import { MASK } from "../model/mask.ts";
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
  /** The time limit for the shell to begin with an item, in seconds. */
  readonly beginSeconds?: number;
}

const JOURNAL_DIRECTORY = JOURNAL.slice(0, JOURNAL.lastIndexOf("/"));

/** The beginning of a marker, which ends with a newline. Output of items is passed on unchanged. */
export const MARK = "\u0001";

/** The marker in a script that is only shown. */
export const SHOWN_MARKER = "lxops";

/**
 * The frame around the items. An item runs in a subshell without input and stops at the first command that fails; it
 * must not run as a condition, which would switch that off. All output of an item goes to one stream, as two streams
 * would lose their order. Only a command of the user has both streams, and both have its markers. The kernel's clock
 * has hundredths of seconds, is never set, and is read without another process.
 */
const FRAME = String.raw`
lxops_mark() { printf '\001%s %s\n' "$lxops_marker" "$*"; }
lxops_clock() {
  lxops_up= lxops_part=
  IFS=' .' read -r lxops_up lxops_part lxops_rest 2>/dev/null </proc/uptime || return 0
  lxops_up=$((lxops_up * 100 + 1$lxops_part - 100))
}
lxops_date() {
  if [ -n "$lxops_boot" ] && [ -n "$lxops_up" ]; then lxops_time=$((lxops_boot + lxops_up / 100))
  else lxops_time=$(date +%s 2>/dev/null) || lxops_time=0
  fi
}
lxops_took() {
  lxops_seconds=-
  lxops_clock
  if [ -z "$1" ] || [ -z "$lxops_up" ] || [ "$lxops_up" -lt "$1" ]; then return 0; fi
  lxops_part=$(((lxops_up - $1) % 100))
  case $lxops_part in ?) lxops_part=0$lxops_part ;; esac
  lxops_seconds=$(((lxops_up - $1) / 100)).$lxops_part
}
lxops_forget() {
  if [ -z "$lxops_old" ]; then return 0; fi
  if grep -q "^[0-9a-f:]* [0-9]* [-.0-9]* $1 " "$lxops_journal" 2>/dev/null; then
    lxops_kept=$(grep -v "^[0-9a-f:]* [0-9]* [-.0-9]* $1 " "$lxops_journal") && lxops_kept="$lxops_kept
"
    (
      umask 077 && printf %s "$lxops_kept" >"$lxops_journal.new" && mv "$lxops_journal.new" "$lxops_journal"
    ) 2>/dev/null || lxops_said="the journal cannot be written"
  fi
}
lxops_note() {
  { printf '%s\n' "$*" >>"$lxops_journal"; } 2>/dev/null || lxops_said="the journal cannot be written"
}
lxops_noted() { grep -q "^$1 " "$lxops_journal" 2>/dev/null; }
lxops_run() {
  if [ -n "$lxops_resume" ] && lxops_noted "$2" "$7"; then
    lxops_mark skip "$1"
    return 0
  fi
  lxops_said=
  lxops_mark start "$1"
  case $5 in prints) lxops_mark start "$1" >&3 ;; esac
  case $4 in first) lxops_forget "$3" ;; esac
  lxops_clock
  lxops_start=$lxops_up
  lxops_item "$1" "$5"
  lxops_code=$?
  lxops_took "$lxops_start"
  if [ "$lxops_code" = 0 ]; then
    lxops_date
    lxops_note "$2" "$lxops_time" "$lxops_seconds" "$3" "$6"
  fi
  case $5 in prints) lxops_mark end "$1" "$lxops_code" "$lxops_seconds" >&3 ;; esac
  lxops_mark end "$1" "$lxops_code" "$lxops_seconds"
  [ -z "$lxops_said" ] || echo "lxops: $lxops_said"
  return "$lxops_code"
}
`.trim();

/**
 * Determines before the first item whether the journal has old entries, and the date, because a program that prints
 * it takes longer than many items.
 */
const BEGIN = String.raw`
lxops_old= lxops_boot=
[ ! -s "$lxops_journal" ] || lxops_old=yes
lxops_clock
lxops_date
if [ -n "$lxops_up" ] && [ "$lxops_time" -gt 0 ]; then lxops_boot=$((lxops_time - lxops_up / 100)); fi
`.trim();

/**
 * Kills processes and their children: each is stopped first, so that it starts no more. A terminated script leaves no
 * processes that would run next to a later one.
 */
const ENDING = String.raw`
lxops_end_below() {
  for lxops_child in $(grep -l "^PPid:[[:space:]]*$1$" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3); do
    lxops_end_tree "$lxops_child"
  done
}
lxops_end_tree() {
  kill -STOP "$1" 2>/dev/null || return 0
  lxops_end_below "$1"
  kill -KILL "$1" 2>/dev/null
}
trap 'trap "" TERM; exec 2>/dev/null; lxops_end_below "$$"; trap - EXIT; exit 143' TERM
`.trim();

/** Starts an item in the background, because a shell notices signals only while it waits. */
const START = String.raw`
lxops_begin() {
  case $2 in
  prints) (set -e; "lxops_item_$1") </dev/null 2>&3 3>&- & ;;
  *) (set -e; "lxops_item_$1") </dev/null 3>&- & ;;
  esac
}
`.trim();

/** Runs an item to its end. */
const ITEM = String.raw`
lxops_item() {
  lxops_begin "$@"
  wait "$!" 2>/dev/null
}
`.trim();

/**
 * Runs an item next to a watch that kills it and its children after the time limit. The watch is a process of the
 * script, and must not hold its output open. Its own end means that the time was up. The script does not trap the
 * signal that stops the watch: a new process has the traps of its parent, and would lose it.
 */
const LIMITED_ITEM = String.raw`
lxops_item() {
  lxops_begin "$@"
  lxops_running=$!
  (
    exec >/dev/null 2>&1 3>&-
    sleep "$lxops_limit" &
    trap 'kill "$!"; exit 1' USR1
    wait "$!"
    trap '' USR1
    lxops_end_tree "$lxops_running"
    exit 0
  ) &
  lxops_watch=$!
  wait "$lxops_running" 2>/dev/null
  lxops_code=$?
  kill -USR1 "$lxops_watch" 2>/dev/null
  if wait "$lxops_watch" 2>/dev/null; then
    lxops_said="ended after $lxops_limit seconds"
    return 124
  fi
  return "$lxops_code"
}
`.trim();

/**
 * Creates the journal, unless something else has its path: opening a FIFO would block forever, so that another path
 * is used then, and items report that they could not be noted.
 */
const JOURNAL_FILE = `
if [ -e "$lxops_journal" ] && [ ! -f "$lxops_journal" ]; then lxops_journal=/dev/null/journal
else (
  umask 077
  mkdir ${JOURNAL_DIRECTORY} || { mkdir -p ${JOURNAL_DIRECTORY} && chmod 0700 ${JOURNAL_DIRECTORY}; } || exit
  : >>"$lxops_journal"
) 2>/dev/null
fi
`.trim();

function itemFunction(item: Item, index: number): string {
  return `lxops_item_${index}() {\n${item.script}\n}`;
}

/** Finds items with secrets in the journal, with any salt that it has or without one. */
const NOTED_SALTED = String.raw`
lxops_noted() {
  if grep -q "^$1 " "$lxops_journal" 2>/dev/null; then return 0; fi
  if [ -z "$2" ]; then return 1; fi
  if grep -q "^$2 " "$lxops_journal" 2>/dev/null; then return 0; fi
  for lxops_salt in $(sed -n 's/^\([0-9a-f]\{16\}\):.*/\1/p' "$lxops_journal" 2>/dev/null | sort -u); do
    lxops_hash=$(printf %s "$lxops_salt$2" | sha256sum 2>/dev/null | cut -c1-48)
    if [ -n "$lxops_hash" ] && grep -q "^$lxops_salt:$lxops_hash " "$lxops_journal"; then return 0; fi
  done
  return 1
}
`.trim();

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
}
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
