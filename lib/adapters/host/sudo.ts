/**
 * Asks for sudo's password before the first change, so that no instance is frozen or stopped while sudo waits for it.
 *
 * @module
 */
import { CommandError } from "../../base/errors.ts";
import { runProgram } from "./process.ts";

/** The interval at which sudo's timestamp is renewed; it expires after five minutes or more. */
const KEEP_ALIVE_MS = 60_000;

async function sudo(path: string, args: readonly string[], signal: AbortSignal) {
  return await runProgram([path, ...args], undefined, () => {}, signal);
}

/**
 * Lets sudo ask for the password of some programs, which are given by their paths, so that it does not ask again.
 *
 * @throws {CommandError} where it asks, and there is no terminal, or it gets no good answer
 */
export async function unlockSudo(
  path: string,
  programs: readonly string[],
  isTerminal: boolean,
  signal: AbortSignal,
): Promise<{ readonly asks: boolean; end(): void }> {
  const nothing = { asks: false, end: () => {} };
  const knows = async () => (await sudo(path, ["-n", "-v"], signal)).code === 0;
  let asks = false;
  if (!await knows()) {
    // Those that it lets pass without a password may be all that is needed.
    const refused = await Promise.all(programs.map(async (program) => {
      const { code, stderr } = await sudo(path, ["-n", "--", program, "--version"], signal);
      return code !== 0 && /^sudo: /m.test(stderr);
    }));
    if (!refused.includes(true)) return nothing;
    const { code, stderr } = isTerminal ? await sudo(path, ["-v"], signal) : { code: 1, stderr: "" };
    if (code !== 0) {
      const why = isTerminal
        ? "lxops needs root for directories and ZFS, and sudo lets this user run nothing as root"
        : "lxops needs root for directories and ZFS, and sudo asks for a password, but there is no terminal to type it";
      throw new CommandError(why, {
        argv: [path, "-v"],
        code,
        stderr: stderr.trim(),
        advice: [
          "Nothing was changed.",
          "Run lxops as root, run sudo -v before it, or let this user run the programs without a password: NOPASSWD in sudoers",
        ],
      });
    }
    // timestamp_timeout=0 makes it forget the password at once.
    asks = !await knows();
  }
  const timer = setInterval(() => {
    sudo(path, ["-n", "-v"], new AbortController().signal).catch(() => {});
  }, KEEP_ALIVE_MS);
  return { asks, end: () => clearInterval(timer) };
}
