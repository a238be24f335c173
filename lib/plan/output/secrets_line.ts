/**
 * Deliveries of secrets as lines of a script.
 *
 * @module
 */
import { withoutSecrets } from "../../cloudconfig/model/secrets.ts";
import type { Exec } from "../../ports/mod.ts";
import type { SecretDelivery } from "../../step/provision.ts";

/** Returns the line that delivers secrets, without them unless they are asked for. */
export function secretsLine(
  { exec, secrets }: SecretDelivery,
  execLine: (exec: Exec) => string,
  showSecrets: boolean,
): string {
  if (showSecrets || secrets.length === 0) return execLine(exec);
  const stdin = withoutSecrets(exec.stdin ?? "", secrets);
  return `# Secrets are left out; --show-secrets prints the script with them\n${
    execLine({ ...exec, stdin })
  }`;
}
