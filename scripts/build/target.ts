/**
 * The platforms that lxops is built for, and how to tell what a binary really runs on.
 *
 * @module
 */

/** A platform: Deno's name of it, the one in file names, and the machine in an ELF header. */
export interface Target {
  readonly triple: string;
  readonly label: string;
  readonly machine: number;
}

/** Every platform that a release has. */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", label: "x86_64-linux", machine: 62 },
  { triple: "aarch64-unknown-linux-gnu", label: "aarch64-linux", machine: 183 },
];

const HEADER = 20;
const MACHINE_AT = 18;

/** Returns the machine that an ELF header names; `undefined` where the bytes are no 64-bit little-endian ELF file. */
export function elfMachine(header: Uint8Array): number | undefined {
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  if (header.length < HEADER || magic.some((byte, index) => header[index] !== byte)) return undefined;
  return new DataView(header.buffer, header.byteOffset).getUint16(MACHINE_AT, true);
}

/** Returns the machine of a program's file; `undefined` where it is no program or cannot be read. */
export async function machineOf(path: string): Promise<number | undefined> {
  try {
    using file = await Deno.open(path);
    const header = new Uint8Array(HEADER);
    const length = await file.read(header);
    return length === null ? undefined : elfMachine(header.subarray(0, length));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.IsADirectory) return undefined;
    throw error;
  }
}

/** Returns the base binary for a target, or the first one, which is none for it; `undefined` where none is named. */
export async function baseFor(target: Target, paths: readonly string[]): Promise<string | undefined> {
  const machines = await Promise.all(paths.map(machineOf));
  return paths.find((_, at) => isBaseFor(target, machines[at])) ?? paths[0];
}

/**
 * Tells whether the base binary that DENORT_BIN names is of use for a target. Deno would put it to use for
 * any, and give a program for one machine the name of another.
 */
export function isBaseFor(target: Target, machine: number | undefined): boolean {
  return machine === target.machine;
}
