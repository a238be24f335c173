/**
 * Output of commands in cloud-config files, and addresses, on stdout and stderr: unchanged for one instance in
 * a pipe, in lines that begin with the instance's name for several, and without control characters on a
 * terminal. Lines of items, and of checks of images, are without the values of secret settings; other output, such as a file, is not touched.
 *
 * @module
 */
import type { RunEvent } from "../../run/events.ts";
import type { Effect } from "../../step/step.ts";
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
  /** Takes values that are not to be shown out of a line of an item; absent where there are none now. */
  readonly mask?: () => ((text: string) => string) | undefined;
}

type Stream = "stdout" | "stderr";

/** The longest line; longer lines are passed on in pieces, so that memory stays bounded. */
const LONGEST = 65536;
const NEWLINE = 10;

/** Tells whether the values of secret settings are taken out of what a step prints. */
function isMasked(effect: Effect): boolean {
  return effect.kind === "batch" || effect.kind === "exec" && effect.masks === true;
}

/** A report that passes output on, and ignores other events. */
export class PassedOutput {
  readonly #options: OutputOptions;
  /** Lines that have not ended, by stream and instance. */
  readonly #begun = new Map<string, Uint8Array>();
  /** Instances with a step that prints without the values of secret settings. */
  readonly #masked = new Set<string>();

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
      case "start":
        if (isMasked(event.step.effect)) this.#masked.add(event.instance);
        return;
      case "done":
      case "failed":
        this.#endAll(event.instance);
        this.#masked.delete(event.instance);
        return;
      case "item":
      case "item-done":
        return this.#endAll(event.instance);
    }
  }

  #print(instance: string, bytes: Uint8Array, stream: Stream): void {
    const { several, stdout, before } = this.#options;
    const isPlain = stream === "stdout" && !several && !stdout.isTerminal;
    if (isPlain && !this.#maskOf(instance)) return stdout.write(bytes);
    const key = `${stream} ${instance}`;
    const kept = this.#begun.get(key);
    const all = kept === undefined ? bytes : concat([kept, bytes]);
    const lines: { readonly text: Uint8Array; readonly ends: boolean }[] = [];
    let start = 0;
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, start)) {
      lines.push({ text: all.subarray(start, end), ends: true });
      start = end + 1;
    }
    for (; all.length - start >= LONGEST; start += LONGEST) {
      lines.push({ text: all.subarray(start, start + LONGEST), ends: !isPlain });
    }
    if (start === all.length) this.#begun.delete(key);
    else this.#begun.set(key, all.slice(start));
    if (lines.length === 0) return;
    if (!isPlain) before();
    this.#options[stream].write(concat(lines.map((line) => this.#line(instance, line, stream))));
  }

  /** Returns the function that takes secrets out of lines of an instance; none where there are no secrets. */
  #maskOf(instance: string): ((text: string) => string) | undefined {
    return this.#masked.has(instance) ? this.#options.mask?.() : undefined;
  }

  #line(
    instance: string,
    { text, ends }: { readonly text: Uint8Array; readonly ends: boolean },
    stream: Stream,
  ): Uint8Array {
    const { several } = this.#options;
    const line = masked(text, this.#maskOf(instance));
    const encoder = new TextEncoder();
    const who = several ? `${instance}: ` : "";
    if (!this.#options[stream].isTerminal) {
      return concat([encoder.encode(who), line, encoder.encode(ends ? "\n" : "")]);
    }
    return encoder.encode(`${who}${printable(new TextDecoder().decode(line).replace(/\r$/, ""))}\n`);
  }

  #endAll(instance: string): void {
    this.#end(instance, "stdout");
    this.#end(instance, "stderr");
  }

  #end(instance: string, stream: Stream): void {
    const key = `${stream} ${instance}`;
    const rest = this.#begun.get(key);
    if (rest === undefined) return;
    const { several, stdout } = this.#options;
    if (stream === "stderr" || several || stdout.isTerminal) {
      return this.#print(instance, Uint8Array.of(NEWLINE), stream);
    }
    this.#begun.delete(key);
    stdout.write(masked(rest, this.#maskOf(instance)));
  }
}

/** Returns a line without secrets; the same bytes where it has none. */
function masked(line: Uint8Array, mask: ((text: string) => string) | undefined): Uint8Array {
  if (!mask) return line;
  const text = new TextDecoder().decode(line);
  const shown = mask(text);
  return shown === text ? line : new TextEncoder().encode(shown);
}
