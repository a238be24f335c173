/**
 * The errors that lxops expects. They are thrown, never printed where they happen and never swallowed;
 * the dispatcher prints them, and each class has an exit code of its own.
 *
 * @module
 */

/** A place in a file; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One finding about a file: `file:line:column key: message`. */
export interface Issue {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The key in the file that the finding is about, as a dotted path. */
  readonly key?: string;
  readonly message: string;
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
  interrupted: 130,
} as const;

/** What every expected failure has: an exit code, and lines of advice that follow the message. */
export class LxopsError extends Error {
  readonly exitCode: number = EXIT.failure;
  /** What was left behind and what to do about it, a line each. */
  readonly advice: readonly string[];
  /** What was asked for may still come about: nobody waits for its end any more. */
  readonly unsettled: boolean;

  constructor(
    message: string,
    advice: readonly string[] = [],
    options: ErrorOptions & { readonly unsettled?: boolean } = {},
  ) {
    super(message, options);
    this.name = new.target.name;
    this.advice = advice;
    this.unsettled = options.unsettled ?? false;
  }
}

/** The command line is wrong. */
export class UsageError extends LxopsError {
  override readonly exitCode = EXIT.usage;
}

/** One or more files are wrong; nothing was changed. */
export class ConfigError extends LxopsError {
  override readonly exitCode = EXIT.config;
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join("\n"));
    this.issues = issues;
  }
}

/** The daemon refused a request, is in a state that forbids the action, or cannot be reached. */
export class ServerError extends LxopsError {
  override readonly exitCode = EXIT.server;
  /** The HTTP status or the operation's status code; 0 where the daemon was not reached. */
  readonly status: number;
  /** `METHOD /path` of the refused request, where there was one. */
  readonly request?: string;

  constructor(message: string, status = 0, request?: string, advice: readonly string[] = []) {
    super(message, advice);
    this.status = status;
    if (request !== undefined) this.request = request;
  }
}

/** What both daemons say of a virtual machine that cannot run programs, or not yet. */
export const AGENT_MISSING = /VM agent isn't currently running/;

/** A program failed, on the host or in an instance. */
export class CommandError extends LxopsError {
  override readonly exitCode = EXIT.command;
  readonly argv: readonly string[];
  readonly code: number;
  /** The last lines of what it printed. */
  readonly stderr: string;

  constructor(
    message: string,
    argv: readonly string[],
    code: number,
    stderr = "",
    advice: readonly string[] = [],
  ) {
    super(message, advice);
    this.argv = argv;
    this.code = code;
    this.stderr = stderr;
  }
}

/** A file of this machine that cannot be read; nothing was changed. */
export class UnreadableError extends LxopsError {
  /** Why, where it is clear which file is meant. */
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`Cannot read "${path}": ${reason}`);
    this.reason = reason;
  }
}

/** Something did not happen in the time given to it. */
export class TimeoutError extends LxopsError {
  override readonly exitCode = EXIT.timeout;
}

/** The person interrupted lxops (SIGINT, SIGTERM or SIGHUP). */
export class InterruptedError extends LxopsError {
  override readonly exitCode = EXIT.interrupted;
}

/** Renders an issue as `file:line:column key: message`, with `warning: ` in front of a warning's message. */
export function formatIssue(issue: Issue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(":");
  const key = issue.key ? ` ${issue.key}` : "";
  return `${place}${key}: ${issue.severity === "warning" ? "warning: " : ""}${issue.message}`;
}

/** Why the machine refused something, without the words that only a developer could use. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof UnreadableError) return thrown.reason;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replace(/ \(os error \d+\).*$/s, "").replace(/, specify the required permissions.*$/s, "");
}
