/**
 * The ids of items in a journal. The id of an item is a hash of its content, from which a secret in it could be guessed.
 * The journal therefore has salted hashes of items with secrets, and scripts that are shown have none.
 *
 * @module
 */
import type { Item } from "./item.ts";
import { sha256 } from "./sha256.ts";

/** The number of hexadecimal digits of a salt. */
const SALT_LENGTH = 16;

/** A pattern, without groups, of the id of an item in the journal: a hash, or a salt and a salted hash. */
export const NOTED = `[0-9a-f]{64}|[0-9a-f]{${SALT_LENGTH}}:[0-9a-f]{48}`;

/**
 * Returns the salt of a run for an instance. Without a random text, as in a script that is shown, it is all zeros.
 */
export function saltOf(random: string | undefined, instance: string): string {
  return random === undefined
    ? "0".repeat(SALT_LENGTH)
    : sha256(`${random} ${instance}`).slice(0, SALT_LENGTH);
}

/** Reports whether the id of an item could reveal a secret. */
export function isSecretItem({ secrets }: Pick<Item, "secrets">): boolean {
  return secrets.length > 0;
}

/** Returns the id that the journal has for an item. */
export function noted(item: Pick<Item, "id" | "secrets">, salt: string): string {
  return isSecretItem(item) ? `${salt}:${sha256(salt + item.id).slice(0, 48)}` : item.id;
}

/** Reports whether an id of the journal is that of an item, with any salt, or without one as older lxops wrote it. */
export function isNotedBy(item: Pick<Item, "id" | "secrets">, text: string): boolean {
  if (text === item.id) return true;
  return isSecretItem(item) && text[SALT_LENGTH] === ":" && text === noted(item, text.slice(0, SALT_LENGTH));
}
