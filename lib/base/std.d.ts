// The functions of Deno's standard library that lxops uses. The npm republication that deno.json maps
// the official names to ships no types, and without types every import would be `any`.

declare module "@std/assert" {
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    errorClass?: new (...args: never[]) => E,
    msgIncludes?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => Promise<unknown>,
    errorClass?: new (...args: never[]) => E,
    msgIncludes?: string,
  ): Promise<E>;
  export function fail(msg?: string): never;
}

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    readonly string?: readonly string[];
    readonly boolean?: readonly string[];
    readonly collect?: readonly string[];
    readonly stopEarly?: boolean;
    readonly "--"?: boolean;
    readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export function parseArgs(
    args: readonly string[],
    options?: ParseOptions,
  ): { _: (string | number)[]; "--"?: string[] } & Record<string, unknown>;
}

declare module "@std/fs" {
  export function walk(root: string, options?: {
    readonly includeDirs?: boolean;
    readonly includeFiles?: boolean;
    readonly exts?: readonly string[];
    readonly match?: readonly RegExp[];
    readonly skip?: readonly RegExp[];
  }): AsyncIterableIterator<
    { path: string; name: string; isFile: boolean; isDirectory: boolean; isSymlink: boolean }
  >;
  export function ensureDir(dir: string): Promise<void>;
  export function exists(path: string): Promise<boolean>;
}

declare module "@std/path" {
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function fromFileUrl(url: URL | string): string;
  export function isAbsolute(path: string): boolean;
  export function join(...paths: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...paths: string[]): string;
  export function toFileUrl(path: string): URL;
}

declare module "@std/yaml" {
  export class YamlSyntaxError extends SyntaxError {
    readonly line: number;
    readonly column: number;
    readonly offset: number;
  }
  export function parse(content: string, options?: {
    readonly schema?: "failsafe" | "json" | "core" | "default" | "extended";
    readonly allowDuplicateKeys?: boolean;
    readonly onWarning?: (error: Error) => void;
  }): unknown;
  export function parseAll(content: string, options?: {
    readonly schema?: "failsafe" | "json" | "core" | "default" | "extended";
    readonly allowDuplicateKeys?: boolean;
  }): unknown[];
  export function stringify(data: unknown, options?: {
    readonly schema?: "failsafe" | "json" | "core" | "default" | "extended";
    readonly lineWidth?: number;
    readonly indent?: number;
    readonly flowLevel?: number;
    readonly sortKeys?: boolean | ((a: string, b: string) => number);
    readonly useAnchors?: boolean;
    readonly compatMode?: boolean;
    readonly skipInvalid?: boolean;
    readonly quoteStyle?: "'" | '"';
  }): string;
}
