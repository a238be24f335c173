/**
 * Operands of the form `KEY=VALUE`: properties of an image.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";

/** Operands without properties, and the properties. */
export interface SplitOperands {
  readonly operands: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

/** A key and `=`; names of instances and remotes have no `=`, and what comes after a slash may have one. */
const PAIR = /^([^=/:]+)=(.*)$/s;

/** Splits operands into properties of an image, and others. */
export function splitProperties(all: readonly string[]): SplitOperands {
  const properties: Record<string, string> = {};
  const operands = all.filter((operand) => {
    const [, key, value] = PAIR.exec(operand) ?? [];
    if (key === undefined || value === undefined) return true;
    properties[checkedKey(key, operand)] = value;
    return false;
  });
  return { operands, properties };
}

/** Longest key, and characters that make a list of images unreadable. */
const LONGEST = 255;

function checkedKey(key: string, operand: string): string {
  // deno-lint-ignore no-control-regex
  if (key.length <= LONGEST && !/[\u0000-\u0020\u007f]/.test(key)) return key;
  throw new UsageError(`The key of the image property "${operand}" is too long, or has a blank`);
}
