/**
 * Takes the names of functions out of a base binary: Deno gives it with 24 MB of them, which a program that
 * runs never looks at. The program headers describe what is loaded; that stays unchanged.
 *
 * @module
 */
import { elfMachine } from "./target.ts";

/** A variable by which Node tells a child where to speak to it; Deno ends where it is set to anything else. */
const TAKEN = "NODE_CHANNEL_FD";
/** A name of the same length that no program sets. */
const UNUSED = "LXOPS_NO_IPC_FD";

/** Returns a program that ignores a variable which another program may have left in the environment. */
export function withoutChannel(program: Uint8Array): Uint8Array {
  const result = program.slice();
  const [taken, unused] = [TAKEN, UNUSED].map((text) => new TextEncoder().encode(text)) as [
    Uint8Array,
    Uint8Array,
  ];
  for (let at = result.indexOf(taken[0]!); at >= 0; at = result.indexOf(taken[0]!, at + 1)) {
    if (taken.every((byte, index) => result[at + index] === byte)) result.set(unused, at);
  }
  return result;
}

/** The places of an ELF header that are needed, and those of a program header. */
const ELF = {
  programHeaders: 32,
  sections: 40,
  entrySize: 54,
  entries: 56,
  sectionCount: 60,
  size: 64,
} as const;
const SEGMENT = { offset: 8, size: 32 } as const;

/** Returns a program without the parts after its last loaded byte: symbols, and the table of sections. */
export function stripped(program: Uint8Array): Uint8Array {
  if (elfMachine(program) === undefined || program.length < ELF.size) return program;
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const number = (at: number) => Number(view.getBigUint64(at, true));
  const start = number(ELF.programHeaders);
  const size = view.getUint16(ELF.entrySize, true);
  const headers = Array.from(
    { length: view.getUint16(ELF.entries, true) },
    (_, index) => start + index * size,
  );
  if (headers.length === 0) return program;
  const end = Math.max(
    start + headers.length * size,
    ...headers.map((at) => number(at + SEGMENT.offset) + number(at + SEGMENT.size)),
  );
  const result = program.slice(0, end);
  const head = new DataView(result.buffer);
  head.setBigUint64(ELF.sections, 0n, true);
  // How many sections there are, and which one has their names.
  head.setUint32(ELF.sectionCount, 0, true);
  return result;
}
