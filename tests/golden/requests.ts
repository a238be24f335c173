/** Golden files of requests: every function that builds one, with samples, as text. */
import { assert, assertEquals } from "@std/assert";
import { assertGoldenText } from "./text.ts";

/** Sample calls by the name of the function. */
export type Samples = Readonly<Record<string, readonly (() => unknown)[]>>;

/** The samples of some functions as text. */
function textOf(samples: Samples): string {
  return Object.entries(samples).map(([name, calls]) =>
    `${name}\n${calls.map((call) => `${describe(call())}\n`).join("")}`
  ).join("\n");
}

function describe(value: unknown): string {
  if (typeof value === "string") return `  GET ${value}`;
  const { method, path, body, headers } = value as {
    method: string;
    path: string;
    body?: unknown;
    headers?: Readonly<Record<string, string>>;
  };
  return [
    `  ${method} ${path}`,
    ...Object.entries(headers ?? {}).map(([key, text]) => `    ${key}: ${text}`),
    ...(body === undefined ? [] : [`    ${bodyText(body)}`]),
  ].join("\n");
}

function bodyText(body: unknown): string {
  if (body instanceof ReadableStream) return "(a stream)";
  if (body instanceof Uint8Array) return `(${body.length} bytes)`;
  return JSON.stringify(body);
}

/**
 * Compares the samples with a golden file, and sees that no function of the modules is without one.
 * `UPDATE_GOLDEN=1` writes the file anew.
 */
export async function assertGolden(
  modules: readonly Readonly<Record<string, unknown>>[],
  samples: Samples,
  golden: URL,
  except: readonly string[] = [],
): Promise<void> {
  const functions = modules.flatMap((module) =>
    Object.entries(module).filter(([, value]) => typeof value === "function").map(([name]) => name)
  ).filter((name) => !except.includes(name));
  const lacking = functions.filter((name) => !samples[name]?.length);
  assert(lacking.length === 0, `there is no sample of ${lacking.join(", ")} in ${golden.pathname}`);
  assertEquals(Object.keys(samples).filter((name) => !functions.includes(name)), []);
  await assertGoldenText(textOf(samples), golden);
}
