/**
 * Hooks as lines of a script.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { MASK } from "../../base/mask.ts";
import { withoutSecrets } from "../../cloudconfig/model/secrets.ts";
import type { Exec } from "../../ports/mod.ts";
import type { HookRun } from "../../step/provision.ts";

/** Returns the line that runs a hook, without secrets unless they are asked for. */
export function hookLine(
  { how, secrets }: HookRun,
  execLine: (exec: Exec) => string,
  showSecrets: boolean,
): string {
  const hides = secrets.length > 0 && !showSecrets;
  const head = hides ? "# Secrets are left out; --show-secrets prints the script with them\n" : "";
  if (how.in === "guest") {
    const { stdin = "" } = how.exec;
    return head + execLine({ ...how.exec, stdin: hides ? withoutSecrets(stdin, secrets) : stdin });
  }
  const { path, args, directory, env } = how.program;
  const variables = Object.entries(env).map(([key, value]) =>
    ` ${quote(`${key}=${hides && secrets.includes(value) ? MASK : value}`)}`
  );
  return `${head}(cd ${quote(directory)} && env${variables.join("")} ${
    [path, ...args].map(quote).join(" ")
  })`;
}
