/**
 * Finds commands that may have a secret.
 *
 * @module
 */
import { maskText, maskWords } from "../../../cloudconfig/model/mask.ts";

const WORDS = /pass(?!ive)|pwd|secret|token|credential|bearer|authorization|(?:api|access|private)[_-]?key/i;

const OPTIONS = /(?:^|\s)(?:-u|--user|--proxy-user)(?:\s+|=)?["']?[^\s:]+:|^redis-cli\b.*\s-a\s/;

/** Tells whether a command of a compose file, a text or a list of words, may have a secret. */
export function maySecret(command: unknown): boolean {
  const words = (Array.isArray(command) ? command : [command]).map((word) => `${word}`);
  const text = words.join(" ");
  return WORDS.test(text) || OPTIONS.test(text.replace(/^CMD(?:-SHELL)? /, "")) || maskText(text) !== text ||
    maskWords(words).some((word, index) => word !== words[index]);
}
