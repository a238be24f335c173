/** Tables of commands that run in a guest, with their expected output. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Ground } from "../support/daemon.ts";

/** A subject, a command in the guest, and its expected output. */
export type Check = readonly [subject: string, command: string, printed: string | RegExp];

/** A command that prints mode, owner and name of files. */
export function stat(...paths: string[]): string {
  return `stat -c '%a %U:%G %n' ${paths.join(" ")}`;
}

/** A command that prints a user's line of the password file. */
export function account(name: string): string {
  return `grep ^${name}: /etc/passwd`;
}

/** A command that prints the field of a user's password. */
export function password(name: string): string {
  return `grep ^${name}: /etc/shadow | cut -d: -f2`;
}

/** Runs all commands of a table at once, and compares what each prints. */
export async function checkAll(ground: Ground, name: string, checks: readonly Check[]): Promise<void> {
  const script = checks.map(([, command], index) =>
    `echo; echo "@@ ${index}"\n{ ${command}\n} 2>&1 </dev/null`
  ).join(
    "\n",
  );
  const printed = (await ground.ok(["instance", "exec", name, "--", "sh", "-s"], { stdin: `${script}\n` }))
    .split(/\n@@ \d+\n/).slice(1);
  assertEquals(printed.length, checks.length);
  for (const [index, [section, , expected]] of checks.entries()) {
    const actual = printed[index]!.trimEnd();
    if (typeof expected === "string") assertEquals(actual, expected, section);
    else assertMatch(actual, expected, section);
  }
}
