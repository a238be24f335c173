/**
 * Places to run generated scripts in, for real: a tiny system of busybox with stand-ins for what Debian's
 * busybox lacks, and this machine's own system with a layer over it that catches all writes.
 *
 * @module
 */
import { batch, type BatchOptions } from "../../lib/cloudconfig/batch/batch.ts";
import type { Order } from "../../lib/cloudconfig/model/order.ts";
import type { Item } from "../../lib/cloudconfig/model/item.ts";
import { pending } from "../../lib/cloudconfig/batch/journal.ts";
import { type BatchEvent, batchReader } from "../../lib/cloudconfig/batch/reader.ts";
import { type Ground, type Kind, makeGround } from "./ground.ts";
import { itemsOf } from "./items.ts";

export { itemsOf };

/** The shells that a script has to run in. */
export const SHELLS = ["dash", "busybox", "bash"] as const;

/** A shell by name. */
export type Shell = typeof SHELLS[number];

/** Result of a batch in a guest. */
export interface Outcome {
  readonly code: number;
  readonly events: readonly BatchEvent[];
  /** Titles of the items that ran, without the name of the file. */
  readonly ran: readonly string[];
  readonly output: string;
}

/** The guests of a module of tests: creating and ending namespaces is slow, and disturbs the whole machine. */
const ground = await makeGround();

/** Guests need what only root may do, and not everywhere; their tests are left out where they cannot be made. */
export const needsRoot = { ignore: ground === undefined } as const;

/** A system that a test may do anything to; it is gone when the test ends. */
export class Guest implements AsyncDisposable {
  /** The root of its file system, as this machine sees it. */
  readonly directory: string;
  readonly #ground: Ground;
  readonly #root: string;

  private constructor(ground: Ground, root: string) {
    this.directory = ground.outside(root);
    this.#ground = ground;
    this.#root = root;
  }

  static async #on(system: Kind, shell?: Shell): Promise<Guest> {
    if (!ground) throw new Error("No guest can be made here");
    return new Guest(ground, await ground.system(system, shell));
  }

  /** A system of busybox, its `/bin/sh` one of the three shells. */
  static tiny(shell: Shell = "busybox", kind: Kind = "tiny"): Promise<Guest> {
    return Guest.#on(kind, shell);
  }

  /** Root filesystem of this machine, with a layer over it in memory. */
  static debian(): Promise<Guest> {
    return Guest.#on("debian");
  }

  /** Guests go with the ground that they are on. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** Runs a program with text on its standard input. */
  async exec(
    argv: readonly string[],
    stdin = "",
  ): Promise<{ code: number; output: string; bytes: Uint8Array; errors: Uint8Array }> {
    const [program = "", ...args] = this.#ground.enter(this.#root, argv);
    const child = new Deno.Command(program, {
      args,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    // A program that ends without reading its input is not an error.
    const written = writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
    const { code, stdout, stderr } = await child.output();
    await written;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, output: decode(stdout) + decode(stderr), bytes: stdout, errors: stderr };
  }

  /** Returns the output of a shell command, without the last newline. */
  async sh(command: string): Promise<string> {
    return (await this.exec(["/bin/sh", "-c", command])).output.trimEnd();
  }

  /** The bytes of a file. */
  async read(path: string): Promise<Uint8Array> {
    const { code, bytes, output } = await this.exec(["cat", path]);
    if (code !== 0) throw new Error(output);
    return bytes;
  }

  /** The text of a file. */
  async text(path: string): Promise<string> {
    return new TextDecoder().decode(await this.read(path));
  }

  /** Mode, owner and group of a file, as `644 root root`. */
  async stat(path: string): Promise<string> {
    return await this.sh(`stat -c '%a %U %G' '${path}'`);
  }

  /** Runs a script of a batch, whole or in part. */
  async script(stdin: string): Promise<{ code: number; output: string }> {
    return await this.exec(["/bin/sh", "-s"], stdin);
  }

  /** Applies items and follows the output as lxops does. */
  async run(items: readonly Item[], options: BatchOptions = {}): Promise<Outcome> {
    const made = batch({ project: "default", name: "guest" }, items, options);
    const { code, bytes, errors } = await this.exec(["/bin/sh", "-s"], made.stdin ?? "");
    const reader = batchReader(made);
    const events = [...reader.push(bytes, "stdout"), ...reader.push(errors, "stderr"), ...reader.end()];
    const title = (item: number) => items[item]?.title.replace(/ \([^)]*\)$/, "") ?? "";
    return {
      code,
      events,
      ran: events.flatMap((event) => event.kind === "start" ? [title(event.item)] : []),
      output: outputOf(events),
    };
  }

  /** Applies a file; items that the journal has are left out, as `configure` does. */
  async configure(text: string, os = "debian", order: Order = "lxops"): Promise<Outcome> {
    const journal = await this.sh("cat /var/lib/lxops/journal 2>/dev/null");
    return await this.run(pending(itemsOf(text, os, order), journal));
  }
}

/** All output, as lines: what did not end with a newline ends where its item does. */
function outputOf(events: readonly BatchEvent[]): string {
  let text = "";
  for (const event of events) {
    if (event.kind === "printed") text += new TextDecoder().decode(event.bytes);
    else {
      if (text !== "" && !text.endsWith("\n")) text += "\n";
      if (event.kind === "output") text += `${event.line}\n`;
    }
  }
  return text.replace(/\n$/, "");
}
