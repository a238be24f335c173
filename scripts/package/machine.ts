/**
 * The machines that packages are for, and what their programs need.
 *
 * @module
 */
import { BuildError } from "../build/compile.ts";

/** A kind of machine. */
export interface Machine {
  /** The name in files that a build makes for every platform. */
  readonly label: string;
  /** Debian's name. */
  readonly debian: string;
  /** The name that `uname -m` prints. */
  readonly uname: string;
  /** The loader that a program names. */
  readonly loader: string;
  readonly target: string;
}

/** The kinds of machines. */
export const MACHINES: readonly Machine[] = [
  {
    label: "x86_64-linux",
    debian: "amd64",
    uname: "x86_64",
    loader: "/lib64/ld-linux-x86-64.so.2",
    target: "x86_64-unknown-linux-gnu",
  },
  {
    label: "aarch64-linux",
    debian: "arm64",
    uname: "aarch64",
    loader: "/lib/ld-linux-aarch64.so.1",
    target: "aarch64-unknown-linux-gnu",
  },
];

/** The part of a program that its dynamic symbols are in, with room to spare. */
const HEAD = 4 * 1024 * 1024;

/** Returns the oldest glibc that a program runs with: the latest version that its symbols name. */
export function glibcOf(program: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(program.subarray(0, HEAD));
  const minors = [...text.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  if (minors.length === 0) throw new BuildError("A program names no version of glibc");
  return `2.${Math.max(...minors)}`;
}
