/**
 * A machine that filesystems are copied from or to, to look at: this one, or another one behind ssh, which is
 * asked everything in one script. Both answer the same questions of `zfs`.
 *
 * @module
 */
import { CommandError, LxopsError } from "../../base/errors.ts";
import type { GuidSnapshot, Machine, MachineQuestion, ResumeToken, Ssh } from "../../ports/machine.ts";
import { scriptOverSsh } from "../../ssh/ssh.ts";
import { type Mount, parseMounts } from "../../ports/mounts.ts";
import type { PathInfo } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { runProgram } from "./process.ts";
import { findProgram, needProgram } from "./programs.ts";
import {
  DATASET_COLUMNS,
  guidOfToken,
  hasNoZfs,
  resumes,
  rowsOf,
  takesSeveral,
  toDatasets,
  valuesOf,
} from "./zfs_output.ts";

/** The output of `zfs`, errors included. */
interface Answer {
  readonly code: number;
  readonly text: string;
}

/** Answers to command lines of `zfs`, and the files at paths. */
interface Answers {
  readonly isRoot: boolean;
  readonly zfs: readonly Answer[];
  readonly paths: Machine["paths"];
  readonly mounts?: readonly Mount[];
}

type Ask = (zfs: readonly (readonly string[])[], question: MachineQuestion) => Promise<Answers>;

/** Looks at a machine. */
export async function lookAtMachine(question: MachineQuestion): Promise<Machine> {
  const { datasets, ssh } = question;
  const ask: Ask = ssh === undefined ? askHere : (zfs, about) => askThere(zfs, about, ssh);
  const get = (property: string, ...more: string[]) => [
    "get",
    "-H",
    "-p",
    ...more,
    "-o",
    "name,value",
    property,
    ...datasets,
  ];
  const zfs = datasets.length === 0 ? [] : [
    ["list", "-H", "-t", "filesystem,volume", "-o", DATASET_COLUMNS],
    ["receive"],
    ["snapshot"],
    get("guid", "-r"),
    get("written"),
    get("receive_resume_token"),
  ];
  const { isRoot, paths, mounts, zfs: answers } = await ask(zfs, question);
  const [list, receive, snapshot, guids, written, tokens] = answers;
  const without = !list || list.code === 127 || hasNoZfs(list.text);
  if (!without && list.code !== 0) throw refused(list, ssh);
  const found = valuesOf(tokens?.text ?? "");
  const streams = found.length === 0
    ? []
    : (await ask(found.map(([, token]) => ["send", "-n", "-v", "-t", token]), { datasets: [], paths: [] }))
      .zfs;
  return {
    isRoot,
    datasets: without ? new Map() : toDatasets(rowsOf(list.text)),
    snapshots: toSnapshots(guids?.text ?? ""),
    written: new Map(valuesOf(written?.text ?? "").map(([name, bytes]) => [name, bytes !== "0"])),
    tokens: new Map(found.map(([name, token], index): [string, ResumeToken] => {
      return [name, { token, guid: guidOfToken(streams[index]?.text ?? "") ?? "" }];
    })),
    zfsResumes: resumes(receive?.text ?? ""),
    zfsTakesSeveral: takesSeveral(snapshot?.text ?? ""),
    paths,
    ...(mounts ? { mounts } : {}),
  };
}

function refused({ code, text }: Answer, ssh: Ssh | undefined): CommandError {
  const where = ssh === undefined ? "" : ` on "${ssh.host}"`;
  return new CommandError(`"zfs list"${where} failed with exit code ${code}`, {
    argv: ["zfs", "list"],
    code,
    stderr: text.trim(),
  });
}

function toSnapshots(stdout: string): Machine["snapshots"] {
  const found = new Map<string, GuidSnapshot[]>();
  for (const [full, guid] of valuesOf(stdout)) {
    const at = full.indexOf("@");
    if (at < 0) continue;
    const list = found.get(full.slice(0, at)) ?? [];
    list.push({ name: full.slice(at + 1), guid });
    found.set(full.slice(0, at), list);
  }
  return found;
}

async function askHere(zfs: readonly (readonly string[])[], { paths }: MachineQuestion): Promise<Answers> {
  const program = await findProgram("zfs");
  const answers: Answer[] = [];
  for (const args of program === undefined ? [] : zfs) {
    const signal = new AbortController().signal;
    const { code, stdout, stderr } = await runProgram([program!, ...args], undefined, () => {}, signal);
    answers.push({ code, text: `${stdout}\n${stderr}` });
  }
  const kinds = await Promise.all(paths.map(async (path) => [path, await kindOf(path)] as const));
  return { isRoot: Deno.uid() === 0, zfs: answers, paths: new Map(kinds) };
}

async function kindOf(path: string): Promise<PathInfo["kind"] | undefined> {
  try {
    const info = await Deno.lstat(path);
    return info.isSymlink ? "symlink" : info.isDirectory ? "directory" : info.isFile ? "file" : "other";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

async function askThere(
  zfs: readonly (readonly string[])[],
  question: MachineQuestion,
  ssh: Ssh,
): Promise<Answers> {
  const { argv: [name, ...args], stdin } = scriptOverSsh(ssh, lookScript(zfs, question));
  const program = await needProgram(name);
  const signal = new AbortController().signal;
  const { code, stdout, stderr } = await runProgram([program, ...args], stdin, () => {}, signal);
  const answers = readAnswers(stdout, question.paths);
  if (code === 0 && answers !== undefined) return answersOf(answers, ssh);
  throw new CommandError(`Cannot look at "${ssh.host}" by ssh: exit code ${code}`, {
    argv: [name, ...args],
    code,
    stderr: stderr.trim(),
    advice: ["Nothing was changed.", `Check that this works without a question: ssh ${quote(ssh.host)} true`],
  });
}

interface ScriptAnswers extends Answers {
  /** Missing programs. */
  readonly lacks: readonly string[];
  /** The reason why paths could not be read. */
  readonly failed: readonly string[];
}

function answersOf({ lacks, failed, ...answers }: ScriptAnswers, { host }: Ssh): Answers {
  if (failed.length > 0) throw new LxopsError(`Cannot look at paths on "${host}": ${failed.join("; ")}`);
  if (lacks.length === 0) return answers;
  const names = lacks.map((one) => `"${one}"`).join(", ");
  throw new CommandError(`"${host}" has no program ${names}`, {
    argv: lacks,
    code: 127,
    advice: [
      "Nothing was changed.",
      `Install it there; what lxops is called there is said by --remote-lxops`,
    ],
  });
}

/** Prefix of the script's own lines, which `zfs` never prints. */
const MARK = "@@lxops";

const KINDS: Readonly<Record<string, PathInfo["kind"]>> = {
  directory: "directory",
  "regular file": "file",
  "regular empty file": "file",
  "symbolic link": "symlink",
};

/** Returns a script for any POSIX shell that answers all questions and changes nothing. */
export function lookScript(
  zfs: readonly (readonly string[])[],
  { paths, programs = [] }: Pick<MachineQuestion, "paths" | "programs">,
): string {
  return `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; LC_ALL=C; export PATH LC_ALL
root=; [ "$(id -u)" = 0 ] || root='sudo -n --'
ask() { echo '${MARK} zfs'; zfs "$@" 2>&1; code=$?; echo; echo "${MARK} code $code"; }
look() {
  if it=$($root stat -c %F -- "$1" 2>&1); then echo "${MARK} path $it"; return; fi
  case $it in
    *'No such file'* | *'Not a directory'*) echo '${MARK} path' ;;
    *) echo "${MARK} failed $it" ;;
  esac
}
need() { command -v "$1" >/dev/null 2>&1 || echo "${MARK} lacks $1"; }
echo "${MARK} uid $(id -u)"
${
    [
      ...programs.map((name) => `need ${quote(name)}`),
      ...zfs.map((args) => `ask ${args.map(quote).join(" ")}`),
      ...paths.map((path) => `look ${quote(path)}`),
      `echo '${MARK} mounts'`,
      "cat /proc/self/mountinfo",
      `echo '${MARK} mounted'`,
    ].join("\n")
  }
echo '${MARK} end'
`;
}

/** Reads the output of the script; `undefined` where it did not end. */
export function readAnswers(stdout: string, paths: readonly string[]): ScriptAnswers | undefined {
  const zfs: Answer[] = [];
  const kinds: (PathInfo["kind"] | undefined)[] = [];
  const [lacks, failed]: [string[], string[]] = [[], []];
  let [isRoot, ended, text] = [false, false, ""];
  let mounts: readonly Mount[] = [];
  for (const line of stdout.split("\n")) {
    if (!line.startsWith(`${MARK} `)) {
      text += `${line}\n`;
      continue;
    }
    const [, word = "", ...rest] = line.split(" ");
    const value = rest.join(" ");
    if (word === "zfs" || word === "mounts") text = "";
    else if (word === "mounted") mounts = parseMounts(text);
    else if (word === "code") zfs.push({ code: Number(value), text });
    else if (word === "path") kinds.push(value === "" ? undefined : KINDS[value] ?? "other");
    else if (word === "lacks") lacks.push(value);
    else if (word === "failed") failed.push(value);
    else if (word === "uid") isRoot = value === "0";
    else if (word === "end") ended = true;
  }
  if (!ended || failed.length === 0 && kinds.length !== paths.length) return undefined;
  return {
    isRoot,
    zfs,
    lacks,
    failed,
    mounts,
    paths: new Map(paths.map((path, index) => [path, kinds[index]])),
  };
}
