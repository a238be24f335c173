/**
 * Command lines for another machine, each built by one pure function. What ssh is given becomes text that a shell
 * there reads, so every word of it is quoted; rsync passes its paths on by itself.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Ssh } from "../ports/machine.ts";
import { bareScript, bareUses } from "../ports/mounts.ts";
import type { Command } from "../ports/mod.ts";
import { RSYNC } from "../base/rsync.ts";
import { quote } from "../base/shell.ts";

/** Keepalive interval in seconds; the connection is dropped after four unanswered probes. */
const ALIVE_SECONDS = 15;

/**
 * Checks what names a machine: it becomes an operand of ssh and rsync.
 *
 * @throws {UsageError}
 */
export function checkSsh({ host, port, identity, options }: Ssh): void {
  if (!/^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(host)) {
    throw new UsageError(`"${host}" is not the name of a host; the form is HOST or USER@HOST`);
  }
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new UsageError(`--port needs a number from 1 to 65535, not "${port}"`);
  }
  const odd = options.find((option) => !/^[A-Za-z]+[= ]/.test(option));
  if (odd !== undefined) throw new UsageError(`--ssh-option needs KEY=VALUE, not "${odd}"`);
  // ssh reads each as a line of its settings.
  const lines = [...options, identity ?? ""].find((text) => /\p{Cc}/u.test(text));
  if (lines !== undefined) {
    throw new UsageError(`${JSON.stringify(lines)} cannot be given to ssh: it has a control character in it`);
  }
}

/** Returns ssh with its options, without the host. The user's options come first, because ssh uses the first value. */
function sshWords({ port, identity, options }: Ssh): [string, ...string[]] {
  return [
    "ssh",
    ...[...options, `ServerAliveInterval=${ALIVE_SECONDS}`, "ServerAliveCountMax=4"].flatMap((one) => [
      "-o",
      one,
    ]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(identity === undefined ? [] : ["-i", identity]),
  ];
}

/** Runs a program on another machine, behind `sudo` where the account there is not root's. */
export function overSsh(ssh: Ssh, command: Command, sudo: boolean): Command {
  const words = [...(sudo ? ["sudo", "-n", "--"] : []), ...command.argv];
  const [program, ...more] = sshWords(ssh);
  const uses = bareUses(command.trees);
  const line = words.map(quote).join(" ");
  // The shell of the account there may be any.
  const text = uses.length === 0 ? line : `sh -c ${quote(`${bareScript(uses)}; exec ${line}`)}`;
  return { ...command, argv: [program, ...more, "--", ssh.host, text] };
}

/** Runs what comes on its standard input as a script on another machine. */
export function scriptOverSsh(ssh: Ssh, script: string): Command {
  return { ...overSsh(ssh, { argv: ["sh", "-s"] }, false), stdin: script };
}

/** Returns a directory as an argument of rsync: of this machine, or of the one behind ssh. */
function rsyncPath(path: string, ssh: Ssh | undefined): string {
  if (ssh === undefined) return `${path}/`;
  const [user, host] = ssh.host.includes("@") ? ssh.host.split("@") : [undefined, ssh.host];
  // A colon would end the host.
  const name = host!.includes(":") ? `[${host}]` : host;
  return `${user === undefined ? "" : `${user}@`}${name}:${path}/`;
}

/** Words for rsync's own reading of `-e`: it knows quotes, and a doubled one for one that is meant. */
function rsyncWord(word: string): string {
  return /^[A-Za-z0-9_\/:=.,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
}

/**
 * Synchronizes a directory with another one, on one machine or between two, as `syncDirectory()` does. An interrupted
 * synchronization continues with the existing files.
 */
export function syncBetween(
  from: { readonly path: string; readonly ssh?: Ssh },
  to: { readonly path: string; readonly ssh?: Ssh },
  sudo: boolean,
): Command {
  const ssh = from.ssh ?? to.ssh;
  return {
    argv: [
      ...RSYNC,
      "--delete",
      "--info=progress2",
      ...(ssh === undefined ? [] : ["--protect-args", "-e", sshWords(ssh).map(rsyncWord).join(" ")]),
      ...(ssh !== undefined && sudo ? ["--rsync-path=sudo -n rsync"] : []),
      "--",
      rsyncPath(from.path, from.ssh),
      rsyncPath(to.path, to.ssh),
    ],
    trees: [
      { use: "read", kind: "directory", path: from.path, ...(from.ssh ? { there: true } : {}) },
      { use: "change", kind: "directory", path: to.path, ...(to.ssh ? { there: true } : {}) },
    ],
  };
}
