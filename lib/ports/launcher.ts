/**
 * Programs of the user's choice: hooks, and programs that print secrets.
 *
 * @module
 */

/** A program of the user's choice. */
export interface UserProgram {
  /** Its absolute path. */
  readonly path: string;
  readonly args: readonly string[];
  /** The directory that it runs in. */
  readonly directory: string;
  /** Variables in addition to those of the environment of lxops. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** Receives output of a program as it comes. */
export type OnOutput = (bytes: Uint8Array, stream: "stdout" | "stderr") => void;

/** A program, or the reason why it is not run. */
export type FoundProgram = { readonly path: string } | { readonly problem: string };

/** Output and exit code of a program. */
export interface UserAnswer {
  readonly code: number;
  readonly stdout: Uint8Array;
  /** Its last lines. */
  readonly stderr: string;
  /** It printed more than is read. */
  readonly isTooLong?: true;
}

/** The port that finds and starts programs of the user's choice. */
export interface Launcher {
  /** Reads the environment that lxops was started with. */
  environment(): Promise<ReadonlyMap<string, string>>;
  /** Finds a program by its name or its absolute path; one that others can change is not run. */
  find(program: string): Promise<FoundProgram>;
  /** Returns the reason why a file must not be followed: others can change it; `undefined` where there is none. */
  exposure(path: string): Promise<string | undefined>;
  /**
   * Runs a program to its end and returns its exit code.
   *
   * @throws {TimeoutError} where it does not end in time
   * @throws {StateError} where others can change it
   */
  run(program: UserProgram, onOutput: OnOutput, signal: AbortSignal): Promise<number>;
  /** Runs a program that prints a secret, once in a run of lxops, as it may ask the user for a password. */
  answer(program: UserProgram): Promise<UserAnswer>;
}

/** A machine that can start programs of the user's choice. */
export interface Launching {
  /** Returns the launcher; absent where the machine is another one. */
  launcher?(): Promise<Launcher>;
}
