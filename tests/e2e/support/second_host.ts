/** A second host for copies over ssh, on which the same names lead to other things. */
import { startSecondHost } from "../../../scripts/testbed/second_host.ts";
import { type Ground, places, socketVariable } from "./daemon.ts";
import { sh } from "./trees.ts";

/** A second host, as tests see it. */
export interface OtherHost {
  /** Its name for ssh. */
  readonly name: string;
  /** Flags that lead there. */
  readonly flags: readonly string[];
  /** The words before a command that runs there. */
  readonly inside: readonly string[];
  /** Runs a shell script there. */
  sh(script: string): Promise<string>;
}

/** Runs a part of a test with a second host, which is gone afterwards. */
export async function withSecondHost(
  ground: Ground,
  test: (host: OtherHost) => Promise<void>,
): Promise<void> {
  const dir = `${ground.dir}/host2`;
  await Deno.mkdir(dir);
  // Whatever the test runs is what is called there, too.
  const program = `${dir}/lxops`;
  const words = ground.daemon.argv.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(program, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const host = await startSecondHost({
    dir,
    pool: places.pool!,
    poolDir: Deno.env.get("LXOPS_TEST_ZFS_DIR")!,
    plainDir: places.directory!,
    env: socketVariable(ground.daemon),
  });
  try {
    const { address, port, key, knownHosts, inside } = host;
    await test({
      name: `root@${address}`,
      flags: [
        ...["-port", String(port), "-identity", key, "-remote-lxops", program],
        // One connection for all, as many users configure it.
        ...[
          `UserKnownHostsFile=${knownHosts}`,
          "BatchMode=yes",
          "ControlMaster=auto",
          `ControlPath=${dir}/ssh`,
          "ControlPersist=20",
        ].flatMap((option) => ["-ssh-option", option]),
      ],
      inside,
      sh: (script) => sh(script, inside),
    });
  } finally {
    await host.stop();
  }
}
