/**
 * Lxops with a clock of its own, which goes back by an hour as soon as there is a file. The clock of the machine stays
 * as it is. The first argument is the daemon, the second the file; then follow those of lxops.
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
