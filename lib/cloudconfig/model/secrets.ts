/**
 * Removes passwords and keys from scripts that are shown.
 *
 * @module
 */

import type { Secret } from "../../step/step.ts";

/** The command that replaces a secret in a script that is shown. */
export const HIDDEN = "printf '***'";

/** The command that ends a script without secrets before its first change, as it would set empty passwords. */
const GUARD = `echo "lxops: secrets are left out of this script; --show-secrets prints it whole" >&2; exit 1`;

/** Returns a script without these secrets. */
export function withoutSecrets(script: string, secrets: readonly Secret[]): string {
  const known = new Map(
    secrets.map((one) => typeof one === "string" ? [one, HIDDEN] as const : [one.text, one.shown] as const),
  );
  const longest = [...known].sort(([a], [b]) => b.length - a.length);
  const shown = longest.reduce((text, [secret, instead]) => text.replaceAll(secret, () => instead), script);
  return shown === script ? script : `${GUARD}\n${shown}`;
}

/** Returns a script of a whole plan in which secrets are masked: it ends before it does anything. */
export function guarded(script: string): string {
  return script.replace(/^(?:#![^\n]*\n)?(?:set [^\n]*\n)?/, (start) => `${start}${GUARD}\n`);
}

/**
 * Reports whether content is secret: a file that not everybody may read, a private key, or an address with a
 * password.
 */
export function isSecret(content: Uint8Array, mode: number): boolean {
  if ((mode & 0o004) === 0) return true;
  const text = new TextDecoder().decode(content.subarray(0, 65536));
  return PRIVATE_KEY.test(text) || CREDENTIALS.test(text);
}

/** An address with a password in it. */
export const CREDENTIALS = /:\/\/[^\/\s:@]*:[^\/\s@]+@/;

/** The first line of a private key. */
export const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
