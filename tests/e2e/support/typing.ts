/** A shell in a terminal, into which lines are typed. */

/** A shell, and how it starts without the user's own settings. */
export interface Shell {
  readonly name: "bash" | "zsh" | "fish";
  readonly command: string;
  /** Lines that make it ready; the first prompt is not waited for. */
  readonly setUp: readonly string[];
}

/** The shells that complete command lines of lxops. */
export const SHELLS: readonly Shell[] = [
  { name: "bash", command: "bash --norc --noprofile", setUp: ["source <(lxops completion bash)"] },
  {
    name: "zsh",
    command: "zsh -f",
    setUp: ["autoload -U compinit; compinit -u -D; source <(lxops completion zsh)"],
  },
  { name: "fish", command: "fish --no-config", setUp: ["lxops completion fish | source"] },
];

const START = "\u0001";
const END = "\u0005";
const LIMIT_MS = 180_000;

/** Most times that a line is typed: on a busy machine, the daemon may need longer than lxops waits. */
const MOST_TRIES = 10;

/**
 * Types lines into a shell, each up to the cursor, and returns the words that it parses each line to; a line whose
 * words are others than expected is typed again.
 */
export async function typed(
  { command, setUp }: Shell,
  rows: readonly (readonly [line: string, expected: readonly string[]])[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly (readonly string[])[]> {
  await using shell = open(command, cwd, env);
  for (const line of setUp) await shell.type(`${line}\r`);
  await shell.type(`printf 'REA%s\\n' DY\r`);
  await shell.until(/READY/);
  const results: (readonly string[])[] = [];
  let count = 0;
  const parse = async (line: string): Promise<readonly string[]> => {
    count++;
    // The shell reads what follows the tab once it has completed the line.
    await shell.type(`${line}${START}printf '<%s>' ${END} 'END'${count}\r`);
    const [, words = ""] = await shell.until(new RegExp(`((?:<[^<>]*>)*)<END${count}>`));
    return [...words.matchAll(/<([^<>]*)>/g)].map(([, word = ""]) => word);
  };
  for (const [line, expected] of rows) {
    let words = await parse(line);
    for (let tries = 1; tries < MOST_TRIES && words.join(" ") !== expected.join(" "); tries++) {
      words = await parse(line);
    }
    results.push(words);
  }
  return results;
}

function open(command: string, cwd: string, env: Readonly<Record<string, string>>) {
  const child = new Deno.Command("/usr/bin/script", {
    args: ["-qec", command, "/dev/null"],
    cwd,
    clearEnv: true,
    env: { ...env, TERM: "dumb", LC_ALL: "C.UTF-8" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  return {
    type: (text: string) => input.write(new TextEncoder().encode(text)),
    async until(pattern: RegExp): Promise<RegExpExecArray> {
      while (true) {
        const found = pattern.exec(seen);
        if (found) return found;
        const { done, value } = await output.read();
        if (done) throw new Error(`${command} ended before it printed ${pattern}:\n${seen}`);
        // Without what moves the cursor and sets colors.
        // deno-lint-ignore no-control-regex
        seen = (seen + value).replaceAll(/\x1b\[[0-9;?]*[A-Za-z]|\r/g, "");
      }
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await input.close().catch(() => {});
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await output.cancel();
      await child.status;
    },
  };
}
