/**
 * Scripts for people to look at, without the passwords and keys that are in them.
 *
 * @module
 */

import type { Secret } from "../../step/step.ts";

/** What stands in a shown script where a secret is in the real one. */
export const HIDDEN = "printf '***'";

/** Somebody who runs what was shown would set passwords of nothing; such a script ends before it does anything. */
const GUARD = `echo "lxops: secrets are left out of this script; --show-secrets prints it whole" >&2; exit 1`;

/** A script with these parts of it left out, where it has any. */
export function withoutSecrets(script: string, secrets: readonly Secret[]): string {
  const known = new Map(
    secrets.map((one) => typeof one === "string" ? [one, HIDDEN] as const : [one.text, one.shown] as const),
  );
  const longest = [...known].sort(([a], [b]) => b.length - a.length);
  const shown = longest.reduce((text, [secret, instead]) => text.replaceAll(secret, () => instead), script);
  return shown === script ? script : `${GUARD}\n${shown}`;
}

/** What is in a file that not everybody may read, a private key, and an address with a password in it. */
export function isSecret(content: Uint8Array, mode: number): boolean {
  if ((mode & 0o004) === 0) return true;
  const text = new TextDecoder().decode(content.subarray(0, 65536));
  return PRIVATE_KEY.test(text) || CREDENTIALS.test(text);
}

/** An address with the password of a user in it. */
export const CREDENTIALS = /:\/\/[^\/\s:@]*:[^\/\s@]+@/;

/** The first line of a private key. */
export const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
