/**
 * Output of commands in cloud-config files, and addresses, on stdout and stderr: unchanged for one instance in
 * a pipe, in lines that begin with the instance's name for several, and without control characters on a
 * terminal.
 *
 * @module
 */
import type { RunEvent } from "../../run/events.ts";
import { printable } from "./output.ts";
import { concat } from "../../base/bytes.ts";

/** A stream that takes bytes. */
export interface Outlet {
  write(bytes: Uint8Array): void;
  readonly isTerminal: boolean;
}

/** The streams for output, and how to write to them. */
export interface OutputOptions {
  readonly stdout: Outlet;
  readonly stderr: Outlet;
  /** Several instances print, and each line begins with the name of its instance. */
  readonly several: boolean;
  /** Also prints the addresses of instances that were waited for. */
  readonly addresses: boolean;
  /** Clears a terminal for output. */
  readonly before: () => void;
}

type Stream = "stdout" | "stderr";

/** The longest line; longer lines are passed on in pieces, so that memory stays bounded. */
const LONGEST = 65536;
const NEWLINE = 10;

/** Passes on output, and ignores other events. */
export class PassedOutput {
  readonly #options: OutputOptions;
  /** Lines that have not ended, by stream and instance. */
  readonly #begun = new Map<string, Uint8Array>();

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Takes an event. */
  report(event: RunEvent): void {
    switch (event.kind) {
      case "bytes":
        return this.#print(event.instance, event.bytes, event.stream);
      case "address":
        if (!this.#options.addresses) return;
        return this.#print(event.instance, new TextEncoder().encode(`${event.address}\n`), "stdout");
      case "item":
      case "item-done":
      case "done":
      case "failed":
        this.#end(event.instance, "stdout");
        return this.#end(event.instance, "stderr");
    }
  }

  #print(instance: string, bytes: Uint8Array, stream: Stream): void {
    const { several, stdout, before } = this.#options;
    if (stream === "stdout" && !several && !stdout.isTerminal) return stdout.write(bytes);
    const key = `${stream} ${instance}`;
    const kept = this.#begun.get(key);
    const all = kept === undefined ? bytes : concat([kept, bytes]);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, start)) {
      lines.push(all.subarray(start, end));
      start = end + 1;
    }
    for (; all.length - start >= LONGEST; start += LONGEST) lines.push(all.subarray(start, start + LONGEST));
    if (start === all.length) this.#begun.delete(key);
    else this.#begun.set(key, all.slice(start));
    if (lines.length === 0) return;
    before();
    this.#options[stream].write(concat(lines.map((line) => this.#line(instance, line, stream))));
  }

  #line(instance: string, line: Uint8Array, stream: Stream): Uint8Array {
    const { several } = this.#options;
    const encoder = new TextEncoder();
    const who = several ? `${instance}: ` : "";
    if (!this.#options[stream].isTerminal) return concat([encoder.encode(who), line, encoder.encode("\n")]);
    return encoder.encode(`${who}${printable(new TextDecoder().decode(line).replace(/\r$/, ""))}\n`);
  }

  #end(instance: string, stream: Stream): void {
    if (this.#begun.has(`${stream} ${instance}`)) this.#print(instance, Uint8Array.of(NEWLINE), stream);
  }
}
