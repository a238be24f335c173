/**
 * How items are noted in a journal. The id of an item is a hash of what makes it, by which what is secret in it
 * could be found by trying; so a journal has it with a salt, and a script that is shown does not have it at all.
 *
 * @module
 */
import type { Item } from "./item.ts";
import { sha256 } from "./sha256.ts";

/** Hexadecimal digits of a salt. */
const SALT_LENGTH = 16;

/** A pattern, without groups, of what an item is noted by: a hash, or a salt and a hash with it. */
export const NOTED = `[0-9a-f]{64}|[0-9a-f]{${SALT_LENGTH}}:[0-9a-f]{48}`;

/** The salt of a run for an instance; without anything random, as in a script that is shown, it is none. */
export function saltOf(random: string | undefined, instance: string): string {
  return random === undefined
    ? "0".repeat(SALT_LENGTH)
    : sha256(`${random} ${instance}`).slice(0, SALT_LENGTH);
}

/** Whether others could find something secret by the id of an item. */
export function isSecretItem({ secrets }: Pick<Item, "secrets">): boolean {
  return secrets.length > 0;
}

/** What an item is noted by. */
export function noted(item: Pick<Item, "id" | "secrets">, salt: string): string {
  return isSecretItem(item) ? `${salt}:${sha256(salt + item.id).slice(0, 48)}` : item.id;
}

/** Whether this is what the item was noted by, with whatever salt, or by an lxops that knew of none. */
export function isNotedBy(item: Pick<Item, "id" | "secrets">, text: string): boolean {
  if (text === item.id) return true;
  return isSecretItem(item) && text[SALT_LENGTH] === ":" && text === noted(item, text.slice(0, SALT_LENGTH));
}
