/**
 * Schemas are made with `zod/mini`, whose unused parts are not in the program. This module has the parts that it leaves
 * to its users: steps before and after a schema, and the words for an invalid value.
 *
 * @module
 */
import * as z from "zod/mini";

/** The context of a change, which can report problems of its value. */
type Context = z.core.ParsePayload;

/** Changes a value before a schema checks it. */
export function preprocess<S extends z.ZodMiniType>(
  change: (value: unknown, context: Context) => unknown,
  schema: S,
) {
  return z.pipe(z.transform(change), schema);
}

/** Changes a value after a schema has accepted it. */
export function transform<S extends z.ZodMiniType, T>(
  schema: S,
  change: (value: z.output<S>, context: Context) => T,
) {
  return z.pipe(schema, z.transform(change));
}

/** Returns the result of a schema for a value; throws the error that `fail` makes where the value is invalid. */
export function narrow<S extends z.ZodMiniType>(
  schema: S,
  value: unknown,
  fail: (reason: string) => Error,
): z.output<S> {
  const checked = schema.safeParse(value, { error: inWords });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw fail(`${issue?.message ?? "invalid"}${place}`);
}

/** Returns the name of a value's type in JSON and JavaScript. */
function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object") return typeof value;
  const { constructor } = value;
  return typeof constructor === "function" && constructor !== Object ? constructor.name : "object";
}

/** Describes a mismatch where the schema has no message of its own; for `safeParse()`. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "invalid_type") return undefined; // "Invalid input"
  return `Invalid input: expected ${issue.expected}, received ${nameOf(issue.input)}`;
}
