/**
 * The shell functions around the items of a batch: they run an item, report it, note it, and end it after its time limit.
 *
 * @module
 */
import { JOURNAL } from "./journal.ts";

const JOURNAL_DIRECTORY = JOURNAL.slice(0, JOURNAL.lastIndexOf("/"));

/**
 * The frame around the items. An item runs in a subshell without input and stops at the first command that fails; it
 * must not run as a condition, which would switch that off. All output of an item goes to one stream, as two streams
 * would lose their order. Only a command of the user has both streams, and both have its markers. The kernel's clock
 * has hundredths of seconds, is never set, and is read without another process.
 */
export const FRAME = String.raw`
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
export const BEGIN = String.raw`
lxops_old= lxops_boot=
[ ! -s "$lxops_journal" ] || lxops_old=yes
lxops_clock
lxops_date
lxops_began=$lxops_time
if [ -n "$lxops_up" ] && [ "$lxops_time" -gt 0 ]; then lxops_boot=$((lxops_time - lxops_up / 100)); fi
`.trim();

/**
 * Kills processes and their children: each is stopped first, so that it starts no more. A terminated script leaves no
 * processes that would run next to a later one.
 */
export const ENDING = String.raw`
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
export const START = String.raw`
lxops_begin() {
  case $2 in
  prints) (set -e; "lxops_item_$1") </dev/null 2>&3 3>&- & ;;
  *) (set -e; "lxops_item_$1") </dev/null 3>&- & ;;
  esac
}
`.trim();

/** Runs an item to its end. */
export const ITEM = String.raw`
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
export const LIMITED_ITEM = String.raw`
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
export const JOURNAL_FILE = `
if [ -e "$lxops_journal" ] && [ ! -f "$lxops_journal" ]; then lxops_journal=/dev/null/journal
else (
  umask 077
  mkdir ${JOURNAL_DIRECTORY} || { mkdir -p ${JOURNAL_DIRECTORY} && chmod 0700 ${JOURNAL_DIRECTORY}; } || exit
  : >>"$lxops_journal"
) 2>/dev/null
fi
`.trim();

/** Finds items with secrets in the journal, with any salt that it has or without one. */
export const NOTED_SALTED = String.raw`
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
