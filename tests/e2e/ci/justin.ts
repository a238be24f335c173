/**
 * A justin that has one machine of the type "custom", written by reading its source. Places are those of
 * justin/machine/custom.py of github.com/SFTtech/kevin at 5e56edbb.
 */
import { assertEquals } from "@std/assert";

/** The settings of a machine in justin.conf. */
export interface Machine {
  readonly prepare: readonly string[];
  readonly launch: readonly string[];
  readonly cleanup: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A machine that was launched. */
export class Custom {
  readonly #machine: Machine;
  readonly #port: number;
  readonly #manage: string;
  #process: Deno.ChildProcess | undefined;
  /** Tells when a launch has printed the host keys, after its wait for the SSH server; `false` where it ended before. */
  ready: Promise<boolean> = Promise.resolve(false);

  constructor(machine: Machine, port: number, manage = false) {
    this.#machine = machine;
    this.#port = port;
    this.#manage = manage ? "true" : ""; // :43 and :63
  }

  /** :40-55: within 60 s, and the exit code has to be 0. */
  async prepare(): Promise<void> {
    await this.#within60(this.#machine.prepare);
  }

  /** :58-77: the process is the machine; its input is closed. */
  launch(): Deno.ChildProcess {
    // :66-68
    const argv = this.#machine.launch.map((part) => part.replaceAll("{SSHPORT}", `${this.#port}`));
    const child = this.#spawn(argv, { JUSTIN_SSH_PORT: `${this.#port}` }, "piped"); // :62
    this.#process = child;
    this.ready = firstOutput(child);
    return child;
  }

  /** :85-95 */
  async waitForShutdown(ms: number): Promise<boolean> {
    if (!this.#process) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
    const ended = await Promise.race([this.#process.status.then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  /** :97-112: SIGTERM, and SIGKILL after 10 s; returns whether that was not needed. */
  async terminate(): Promise<boolean> {
    this.#process?.kill("SIGTERM");
    if (await this.waitForShutdown(10_000)) return true;
    await this.kill();
    return false;
  }

  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
  }

  /** :114-127: within 60 s, and the exit code has to be 0, or else the job has failed. */
  async cleanup(): Promise<void> {
    await this.#within60(this.#machine.cleanup);
  }

  async #within60(argv: readonly string[]): Promise<void> {
    const child = this.#spawn(argv);
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    const { code } = await child.status;
    clearTimeout(timer);
    assertEquals(code, 0, argv.join(" "));
  }

  #spawn(
    argv: readonly string[],
    more: Readonly<Record<string, string>> = {},
    stdout: "null" | "piped" = "null",
  ): Deno.ChildProcess {
    const [command, ...args] = argv as [string, ...string[]];
    return new Deno.Command(command, {
      args,
      cwd: this.#machine.cwd,
      env: { ...this.#machine.env, ...more, JUSTIN_MANAGE: this.#manage },
      stdin: "null",
      stdout,
      stderr: "inherit",
    }).spawn();
  }
}

/** Reads all output of a program; returns whether there is some, with the first piece. */
async function firstOutput({ stdout }: Deno.ChildProcess): Promise<boolean> {
  const reader = stdout.getReader();
  const { done } = await reader.read();
  reader.releaseLock();
  stdout.pipeTo(new WritableStream()).catch(() => {});
  return !done;
}
