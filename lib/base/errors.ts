/**
 * The errors that lxops expects. They are thrown, never printed where they happen and never swallowed;
 * the dispatcher prints them, and each class has an exit code of its own.
 *
 * @module
 */
import { maskAddresses } from "./mask.ts";

/** A place in a file; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A finding about a file: `file:line:column key: message`. */
export interface Issue {
  /** The path of the file, as it was given. */
  readonly file: string;
  /** The line, from 1; absent where the finding concerns the whole file. */
  readonly line?: number;
  /** The column, from 1. */
  readonly column?: number;
  /** The key in the file that the finding concerns, as a dotted path. */
  readonly key?: string;
  /** The problem. */
  readonly message: string;
  /** Warnings do not end a command. */
  readonly severity: "error" | "warning";
}

/** The exit codes of the program, one for each class of failure. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  config: 3,
  server: 4,
  command: 5,
  timeout: 6,
  missing: 7,
  exists: 8,
  state: 9,
  differs: 10,
  locked: 11,
  unfilled: 12,
  /** Failure of lxops in a command that otherwise exits with the code of a program in an instance. */
  exec: 125,
  interrupted: 130,
} as const;

/**
 * The reason of a refusal, each with an exit code of its own: there is no such thing, it exists already, it is in a
 * state that forbids the action (running, stopped, protected, foreign), it differs, another run has locked it.
 */
export type StateKind = "missing" | "exists" | "state" | "differs" | "locked";

/** An expected failure, with an exit code and lines of advice that follow the message. */
export class LxopsError extends Error {
  /** The name of the class, also where the program was minified, which changes the names of classes. */
  override readonly name: string = "LxopsError";
  /** The exit code of a command that ends with it. */
  readonly exitCode: number = EXIT.failure;
  /** Lines about leftovers and how to continue. */
  readonly advice: readonly string[];
  /** The outcome is unknown: lxops no longer waits for the request, which may still succeed. */
  readonly unsettled: boolean;

  /** Makes an error of a message and lines of advice; passwords and tokens in addresses are left out of both. */
  constructor(
    message: string,
    advice: readonly string[] = [],
    options: ErrorOptions & { readonly unsettled?: boolean } = {},
  ) {
    super(maskAddresses(message), options);
    this.advice = advice.map(maskAddresses);
    this.unsettled = options.unsettled ?? false;
  }
}

/** The error about a wrong command line. */
export class UsageError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "UsageError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number = EXIT.usage;
}

/** The error about files that are wrong; nothing was changed. */
export class ConfigError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "ConfigError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number = EXIT.config;
  /** All problems, warnings included. */
  readonly issues: readonly Issue[];

  /** Makes one error of all findings, and of lines of advice. */
  constructor(issues: readonly Issue[], advice: readonly string[] = []) {
    super(issues.map(formatIssue).join("\n"), advice);
    this.issues = issues;
  }
}

/**
 * A refusal of lxops itself, before it changes anything: something is missing, exists already, or is in the wrong
 * state.
 */
export class StateError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "StateError";
  /** The exit code of a command that ends with it, which differs by `kind`. */
  override readonly exitCode: number;
  /** The kind of the refusal. */
  readonly kind: StateKind;

  /** Makes an error of a message and lines of advice; passwords and tokens in addresses are left out of both. */
  constructor(
    message: string,
    options: { readonly kind?: StateKind; readonly advice?: readonly string[] } = {},
  ) {
    super(message, options.advice);
    this.kind = options.kind ?? "state";
    this.exitCode = EXIT[this.kind];
  }
}

/**
 * Returns the refusal of an action before its first change: `WHAT: REASON; REASON`, the assurance that nothing was
 * changed, and advice.
 */
export function refuse(
  what: string,
  reasons: string | readonly string[] = [],
  advice: readonly string[] = [],
  kind: StateKind = "state",
): StateError {
  const why = typeof reasons === "string" ? reasons : reasons.join("; ");
  return new StateError(why === "" ? what : `${what}: ${why}`, {
    kind,
    advice: [NOTHING_CHANGED, ...advice],
  });
}

/** The assurance that a refused action has changed nothing. */
export const NOTHING_CHANGED = "Nothing was changed.";

/** The details of an answer of a daemon. */
export interface ServerErrorOptions {
  /** The HTTP status or the operation's status code; 0 where the daemon was not reached. */
  readonly status?: number;
  /** `METHOD /path` of the refused request, where there was one. */
  readonly request?: string | undefined;
  /** Lines that follow the message. */
  readonly advice?: readonly string[];
}

/** The error about a request that the daemon refused, or about a daemon that cannot be reached. */
export class ServerError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "ServerError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number;
  /** The HTTP status or the operation's status code; 0 where the daemon was not reached. */
  readonly status: number;
  /** `METHOD /path` of the refused request, where there was one. */
  readonly request?: string;

  /** Makes an error of the daemon's answer. */
  constructor(message: string, { status = 0, request, advice }: ServerErrorOptions = {}) {
    super(message, advice);
    this.status = status;
    this.exitCode = status === 404 ? EXIT.missing : EXISTS.test(message) ? EXIT.exists : EXIT.server;
    if (request !== undefined) this.request = request;
  }
}

/** The words of both daemons for a name that is taken; their status differs (400, 409, 500). */
const EXISTS = /\balready exists\b/i;

/** The message of both daemons about a virtual machine that cannot run programs, or not yet. */
export const AGENT_MISSING = /VM agent isn't currently running/;

/** The program that failed, and how. */
export interface CommandErrorOptions {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** Its exit code. */
  readonly code: number;
  /** The last lines of what it printed. */
  readonly stderr?: string;
  /** Lines that follow the message. */
  readonly advice?: readonly string[];
}

/** The error about a program that failed, on the host or in an instance. */
export class CommandError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "CommandError";
  /** The exit code of a command that ends with it; not that of the program. */
  override readonly exitCode: number = EXIT.command;
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** The exit code of the program. */
  readonly code: number;
  /** The last lines of what it printed. */
  readonly stderr: string;

  /** Makes an error of a program and how it ended. */
  constructor(message: string, { argv, code, stderr = "", advice }: CommandErrorOptions) {
    super(message, advice);
    this.argv = argv;
    this.code = code;
    this.stderr = stderr;
  }
}

/** A file of this machine that cannot be read; nothing was changed. */
export class UnreadableError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "UnreadableError";
  /** The reason alone, for messages that name the file already. */
  readonly reason: string;

  /** Makes an error of a path and a reason. */
  constructor(path: string, reason: string) {
    super(`Cannot read "${path}": ${reason}`);
    this.reason = reason;
  }
}

/** The error about something that did not happen in time. */
export class TimeoutError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "TimeoutError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number = EXIT.timeout;
}

/** No instance of a pool is free now; another one may be later. */
export class NoneFreeError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "NoneFreeError";
}

/** A pool has fewer instances than it should, and more cannot be made now. */
export class UnfilledError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "UnfilledError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number = EXIT.unfilled;
}

/** The user interrupted lxops (SIGINT, SIGTERM or SIGHUP). */
export class InterruptedError extends LxopsError {
  /** The name of the class. */
  override readonly name: string = "InterruptedError";
  /** The exit code of a command that ends with it. */
  override readonly exitCode: number = EXIT.interrupted;
  /** The number of the signal; absent: another reason. */
  readonly signal?: number;

  /** Makes an error of a message and lines of advice; passwords and tokens in addresses are left out of both. */
  constructor(
    message: string,
    advice: readonly string[] = [],
    options: ErrorOptions & { readonly unsettled?: boolean; readonly signal?: number | undefined } = {},
  ) {
    super(message, advice, options);
    if (options.signal !== undefined) this.signal = options.signal;
  }
}

/** Renders an issue as `file:line:column key: message`, with `warning: ` in front of a warning's message. */
export function formatIssue(issue: Issue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(":");
  const key = issue.key ? ` ${issue.key}` : "";
  return `${place}${key}: ${issue.severity === "warning" ? "warning: " : ""}${issue.message}`;
}

/** Returns the reason of a system error, without details for developers. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof UnreadableError) return thrown.reason;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replace(/ \(os error \d+\).*$/s, "").replace(/, specify the required permissions.*$/s, "");
}
