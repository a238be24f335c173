/**
 * Runs lxops with a changed clock: it is set back by an hour once a file exists. The machine's clock is not changed.
 * The first argument is the daemon, the second the file; the arguments of lxops follow.
 *
 * @module
 */
const [daemon, file] = Deno.args as [string, string];
const now = Date.now;
const HOUR_MS = 3_600_000;

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

class SetBack extends Date {
  constructor(...args: unknown[]) {
    // deno-lint-ignore no-explicit-any
    super(...(args.length === 0 ? [SetBack.now()] : args) as [any]);
  }

  static override now(): number {
    return now() - (isThere(file) ? HOUR_MS : 0);
  }
}

globalThis.Date = SetBack as DateConstructor;
const { main } = await import("../../main.ts");
const { backend } = await import(`../../backends/${daemon}.ts`);
Deno.exit(await main(backend, Deno.args.slice(2)));
