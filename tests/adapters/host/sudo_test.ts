/** The question for sudo's password, of which a program of the test stands in for sudo. */
import { assertEquals } from "@std/assert";
import { unlockSudo } from "../../../lib/adapters/host/sudo.ts";
import { CommandError } from "../../../lib/base/errors.ts";
import { rejection } from "../../support/rejection.ts";

/** Runs something with a sudo that does what a script says, and returns the arguments that it got. */
async function withSudo(script: string, act: (sudo: string) => Promise<void>): Promise<readonly string[]> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${directory}/sudo`,
      `#!/bin/sh\necho "$*" >> "${directory}/asked"\n${script}\n`,
    );
    await Deno.chmod(`${directory}/sudo`, 0o755);
    await act(`${directory}/sudo`);
    return (await Deno.readTextFile(`${directory}/asked`)).trimEnd().split("\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const { signal } = new AbortController();
const NO_PASSWORD = "echo 'sudo: a password is required' >&2; exit 1";

Deno.test("a sudo that asks for a password, where nobody can type it, ends the command before any change", async () => {
  // Message 31 of the newcomers' record said: u1: Create directories ... failed with exit code 1 | It is set at u1.yaml:5:3.
  const asked = await withSudo(NO_PASSWORD, async (sudo) => {
    const error = await rejection(unlockSudo(sudo, ["/bin/mkdir"], false, signal), CommandError);
    assertEquals(
      error.message.split("\n")[0],
      "lxops needs root for directories and ZFS, and sudo asks for a password, but there is no terminal to type it",
    );
    assertEquals(error.advice.filter((line) => !line.startsWith("| ")), [
      "Nothing was changed.",
      "Run lxops as root, run sudo -v before it, or let this user run the programs without a password: NOPASSWD in sudoers",
    ]);
    assertEquals(error.exitCode, 5);
  });
  assertEquals(asked, ["-n -v", "-n -- /bin/mkdir --version"]);
});

Deno.test("a user whom sudo lets run nothing is told so", async () => {
  await withSudo(NO_PASSWORD, async (sudo) => {
    const error = await rejection(unlockSudo(sudo, ["/bin/mkdir"], true, signal), CommandError);
    assertEquals(
      error.message.split("\n")[0],
      "lxops needs root for directories and ZFS, and sudo lets this user run nothing as root",
    );
  });
});

Deno.test("a sudo that knows the password, or needs none for the programs, is not asked again", async () => {
  const known = await withSudo("exit 0", async (sudo) => {
    const unlocked = await unlockSudo(sudo, ["/bin/mkdir"], false, signal);
    assertEquals(unlocked.asks, false);
    unlocked.end();
  });
  assertEquals(known, ["-n -v"]);
  const allowed = await withSudo(`case "$*" in "-n -v") ${NO_PASSWORD};; esac`, async (sudo) => {
    const unlocked = await unlockSudo(sudo, ["/bin/mkdir"], false, signal);
    assertEquals(unlocked.asks, false);
    unlocked.end();
  });
  assertEquals(allowed, ["-n -v", "-n -- /bin/mkdir --version"]);
});
