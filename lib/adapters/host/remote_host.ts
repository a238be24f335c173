/**
 * Another machine, to look at by ssh, as far as planning needs to.
 *
 * @module
 */
import { CommandError, LxopsError } from "../../base/errors.ts";
import { bytesOf } from "../../base/sizes.ts";
import type { Ssh } from "../../ports/machine.ts";
import type { CommandResult, Host, PathInfo, ZfsSnapshot } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import { daemonFiles, daemonMounts } from "./mounts.ts";
import { parseMounts } from "../../ports/mounts.ts";
import { scriptOverSsh } from "../../ssh/ssh.ts";
import { runProgram } from "./process.ts";
import { needProgram } from "./programs.ts";
import {
  DATASET_COLUMNS,
  getProperties,
  hasNoZfs,
  propertiesOf,
  rowsOf,
  takesSeveral,
  toDatasets,
} from "./zfs_output.ts";

/** Exit code of ssh where it could not run anything. */
const UNREACHABLE = 255;

/** The start of every script on the other machine: the PATH, and sudo where the account is not root. */
const START =
  `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH; LC_ALL=C; export PATH LC_ALL
root=; [ "$(id -u)" = 0 ] || root='sudo -n --'
`;

/** Runs a script there that only looks. */
async function ask(ssh: Ssh, script: string): Promise<CommandResult> {
  const { argv: [name, ...args], stdin } = scriptOverSsh(ssh, START + script);
  const program = await needProgram(name);
  const argv = [program, ...args] as const;
  const result = await runProgram(argv, stdin, () => {}, new AbortController().signal);
  if (result.code !== UNREACHABLE) return result;
  const advice = [
    "Nothing was changed.",
    `Check that this works without a question: ssh ${quote(ssh.host)} true`,
  ];
  throw new CommandError(`Cannot reach "${ssh.host}" by ssh`, {
    argv,
    code: result.code,
    stderr: result.stderr.trim(),
    advice,
  });
}

/** Returns the machine behind ssh; functions for local files are those of this machine. */
export async function sshHost(ssh: Ssh, here: Host): Promise<Host> {
  const { stdout } = await ask(ssh, "id -u\n");
  const zfs = async (args: readonly string[]) => {
    const result = await ask(
      ssh,
      `command -v zfs >/dev/null || exit 127; zfs ${args.map(quote).join(" ")}\n`,
    );
    const { code, stderr } = result;
    if (code === 0) return rowsOf(result.stdout);
    if (code === 127 || hasNoZfs(stderr)) return [];
    const message = `"zfs list" on "${ssh.host}" failed with exit code ${code}`;
    throw new CommandError(message, { argv: ["zfs", ...args], code, stderr: stderr.trimEnd() });
  };
  return {
    ...here,
    isRoot: stdout.trim() === "0",
    // The own machine of a copy is this one, too.
    machine: (question) => here.machine({ ssh, ...question }),
    listeners: () => Promise.resolve(undefined),
    lstat: together((paths) => lookAt(ssh, paths)),
    readText: async (path) => {
      const { code, stdout } = await ask(ssh, `cat -- ${quote(path)}\n`);
      return code === 0 ? stdout : undefined;
    },
    readDir: async (path) => {
      const { stdout } = await ask(
        ssh,
        `$root find ${quote(path)} -mindepth 1 -maxdepth 1 -printf '%f\\n'\n`,
      );
      return stdout.split("\n").filter((name) => name !== "");
    },
    datasets: async () =>
      toDatasets(await zfs(["list", "-H", "-t", "filesystem,volume", "-o", DATASET_COLUMNS])),
    zfsSnapshots: async () =>
      toSnapshots(await zfs(["list", "-H", "-t", "snapshot", "-o", "name,used,creation"])),
    zfsProperties: async (datasets, properties) => {
      const args = getProperties(datasets, properties).map(quote).join(" ");
      return propertiesOf((await ask(ssh, `zfs ${args}\n`)).stdout);
    },
    zfsTakesSeveral: async () => takesSeveral((await ask(ssh, "zfs snapshot\n")).stderr),
    mounts: async (daemon) => {
      const own = await ask(ssh, "cat /proc/self/mountinfo\n");
      if (own.code !== 0) throw new LxopsError(`Cannot read what is mounted on "${ssh.host}"`);
      const here = parseMounts(own.stdout);
      if (!daemon?.pid) {
        return { here, ...(daemon ? { problem: "the daemon does not say which process it is" } : {}) };
      }
      const theirs = await ask(ssh, `$root cat -- ${daemonFiles(daemon.pid).join(" ")}\n`);
      return { here, pid: daemon.pid, ...daemonMounts(theirs, daemon.pid) };
    },
    realPaths: async (paths) => {
      if (paths.length === 0) return new Map();
      const { stdout } = await ask(ssh, `$root realpath -m -z -- ${paths.map(quote).join(" ")}\n`);
      const found = stdout.split("\0");
      return new Map(paths.map((path, index) => [path, found[index] || path]));
    },
    bytes: async (paths) => {
      const found = await Promise.all(paths.map(async (path): Promise<[string, number][]> => {
        const { code, stdout } = await ask(ssh, `$root du -s -x -B1 -- ${quote(path)}\n`);
        return code === 0 ? bytesOf(stdout).map((bytes) => [path, bytes]) : [];
      }));
      return new Map(found.flat());
    },
    sizes: async (paths) => {
      if (paths.length === 0) return new Map();
      const { stdout } = await ask(ssh, `$root du -s -x -h -- ${paths.map(quote).join(" ")}\n`);
      return new Map(rowsOf(stdout).map(([size = "", path = ""]) => [path, size]));
    },
  };
}

function toSnapshots(rows: readonly (readonly string[])[]): ReadonlyMap<string, readonly ZfsSnapshot[]> {
  const found = new Map<string, ZfsSnapshot[]>();
  for (const [full = "", used = "", creation = ""] of rows) {
    const at = full.indexOf("@");
    const list = found.get(full.slice(0, at)) ?? [];
    list.push({ name: full.slice(at + 1), used, creation });
    found.set(full.slice(0, at), list);
  }
  return found;
}

/** Questions that are asked at once become one: each connection costs more than all the answers. */
export function together<T>(
  askAll: (paths: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (path: string) => Promise<T | undefined> {
  let waiting: { readonly paths: Set<string>; readonly answer: Promise<ReadonlyMap<string, T>> } | undefined;
  return async (path) => {
    if (!waiting) {
      const paths = new Set<string>();
      const answer = Promise.resolve().then(() => {
        waiting = undefined;
        return askAll([...paths]);
      });
      waiting = { paths, answer };
    }
    waiting.paths.add(path);
    return (await waiting.answer).get(path);
  };
}

/** Reads the types of paths; the answer leaves out missing ones. */
async function lookAt(ssh: Ssh, paths: readonly string[]): Promise<ReadonlyMap<string, PathInfo>> {
  const looks = paths.map((path, index) => `look ${index} ${quote(path)}\n`);
  const script = `look() {
  if it=$($root stat -c '%f %u %g %s %d' -- "$2" 2>&1); then echo "$1 $it"; return; fi
  case $it in *'No such file'* | *'Not a directory'*) ;; *) echo "$it" >&2; exit 1 ;; esac
}
${looks.join("")}`;
  const { code, stdout, stderr } = await ask(ssh, script);
  if (code !== 0) throw new LxopsError(`Cannot look at paths on "${ssh.host}": ${stderr.trim()}`);
  return new Map(stdout.split("\n").filter((line) => line !== "").map((line) => readLook(line, paths)));
}

/** Reads one line of the output of `stat`: number of the path, mode in hexadecimal digits, owner, group, size, disk. */
export function readLook(line: string, paths: readonly string[]): [string, PathInfo] {
  const [index, mode = "", ...numbers] = line.split(" ");
  const bits = parseInt(mode, 16);
  const [uid = 0, gid = 0, size = 0, device = 0] = numbers.map(Number);
  return [paths[Number(index)]!, {
    kind: KINDS[bits >> 12] ?? "other",
    mode: bits & 0o7777,
    uid,
    gid,
    size,
    device,
  }];
}

/** The file types of the highest bits of a mode. */
const KINDS: Readonly<Record<number, PathInfo["kind"]>> = { 4: "directory", 8: "file", 10: "symlink" };
