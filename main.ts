/**
 * Composes backend, adapters, reporter, signals and commands; returns the exit code.
 *
 * @module
 */
import type { Connection } from "./lib/adapters/daemon/daemon.ts";
import type { Way } from "./lib/adapters/remote/connection_target.ts";
import { makeHost } from "./lib/adapters/host/host.ts";
import type { App, GlobalOptions, NewRemote } from "./lib/cli/command/app.ts";
import { dispatch } from "./lib/cli/dispatch.ts";
import { commandsFor } from "./lib/cli/commands.ts";
import { Interruption } from "./lib/cli/output/interruption.ts";
import { ProgressReport } from "./lib/cli/output/report.ts";
import { printable } from "./lib/cli/output/output.ts";
import type { Format } from "./lib/config/format.ts";
import { formatIssue } from "./lib/base/errors.ts";
import type { Backend, Host } from "./lib/ports/mod.ts";
import type { RunEvent } from "./lib/run/events.ts";
import { needsDaemon } from "./lib/step/step.ts";

/** What a program of one's own can add. */
export interface MainOptions {
  /** Formats of configuration files, besides those that lxops knows by itself; see `defineFormat()`. */
  readonly formats?: readonly Format[];
}

/** Runs one command line and returns its exit code. */
export async function main(
  backend: Backend,
  args: readonly string[],
  options: MainOptions = {},
): Promise<number> {
  const interruption = new Interruption(complain);
  const stop = followSignals(interruption.interrupt);
  const opened: Connection[] = [];
  const connections = { opened };
  try {
    const makeApp = (globals: GlobalOptions): App =>
      composeApp({ backend, globals, options, interruption }, connections);
    const streams = { print: toStdout, complain };
    return await interruption.outcome(dispatch(await commandsFor(args), args, makeApp, streams));
  } finally {
    for (const connection of opened) connection.close();
    stop();
  }
}

/** The first signal stops what runs in good order; the next one ends lxops at once, as signals do by default. */
function followSignals(interrupt: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const remove = () => {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
  };
  const onSignal = () => {
    remove();
    interrupt();
  };
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return remove;
}

/** What an app is made of. */
interface Parts {
  readonly backend: Backend;
  readonly globals: GlobalOptions;
  readonly options: MainOptions;
  readonly interruption: Interruption;
  /** The way to the daemon, where the client's configuration does not tell it. */
  readonly way?: Way;
}

/** The way to the daemon of an app, which is found and opened when it is needed, and once. */
interface Daemon {
  way(): Promise<Way>;
  connected(): Promise<Connection>;
}

function findDaemon(parts: Parts, host: Host, opened: Connection[]): Daemon {
  const { way: _, ...withoutWay } = parts;
  const { backend, globals } = parts;
  let chosen: Promise<Way> | undefined;
  const way = () =>
    chosen ??= parts.way
      ? Promise.resolve(parts.way)
      : import("./lib/adapters/remote/connection_target.ts").then((it) =>
        it.chooseWay(backend, globals, host)
      );
  let connection: Promise<Connection> | undefined;
  const open = async () => {
    const [{ connect }, to] = await Promise.all([import("./lib/adapters/daemon/daemon.ts"), way()]);
    const elsewhere = (remote: string) =>
      findDaemon({ ...withoutWay, globals: elsewhereOf(globals, remote) }, host, opened).connected();
    const made = await connect(backend, to, host, elsewhere, tell);
    opened.push(made);
    return made;
  };
  return { way, connected: () => connection ??= open() };
}

/** Says on stderr what is waited for. */
function tell(text: string): void {
  complain(printable(`note: ${text}`));
}

/** The options that lead to another remote. */
function elsewhereOf(globals: GlobalOptions, remote: string): GlobalOptions {
  return { ...globals, remote, socket: "", http: false, unix: false };
}

function wayTo({ remote, url, server, certificate, key }: NewRemote): Way {
  const credentials = { certificate, key, server };
  return { kind: "https", remote, url, project: "default", directory: "", isPublic: false, credentials };
}

function composeApp(parts: Parts, connections: { readonly opened: Connection[] }): App {
  const { way: _, ...withoutWay } = parts;
  const { backend, globals, options: { formats = [] }, interruption } = parts;
  const { signal } = interruption;
  const host = makeHost();
  const { way, connected } = findDaemon(parts, host, connections.opened);
  const report = new ProgressReport({
    write: toStderr,
    isTerminal: Deno.stderr.isTerminal(),
    width: () => Deno.stderr.isTerminal() ? Deno.consoleSize().columns : 80,
  });
  const program = Deno.execPath().endsWith("/deno") ? backend.program : Deno.execPath();
  return {
    backend,
    host,
    globals,
    program,
    signal,
    random: () => crypto.randomUUID(),
    formats,
    server: async () => (await connected()).server,
    project: async () => (await way()).project,
    remote: async () => {
      const to = await way();
      return to.kind === "https" ? to.remote : "local";
    },
    atAddress: (daemon) =>
      composeApp({ ...parts, globals: elsewhereOf(globals, daemon.remote), way: wayTo(daemon) }, connections),
    trust: async () => (await import("./lib/adapters/remote/trust.ts")).makeTrust(backend, host),
    isLocal: async () => (await way()).kind === "socket",
    withRemote: (remote) => composeApp({ ...withoutWay, globals: elsewhereOf(globals, remote) }, connections),
    remoteHost: async (ssh) => await (await import("./lib/adapters/host/remote_host.ts")).sshHost(ssh, host),
    siblingInstances: async (want) =>
      (await import("./lib/adapters/daemon/other_daemon.ts")).siblingInstances(backend, host, want),
    imageRemotes: async () =>
      (await import("./lib/adapters/remote/client_config.ts")).imageRemotes(backend, host),
    async apply(plan, options) {
      const [{ apply }, { hostControl, mayWrite }, { PassedOutput }] = await Promise.all([
        import("./lib/run/execute/apply.ts"),
        import("./lib/adapters/host/host_control.ts"),
        import("./lib/cli/output/passed_output.ts"),
      ]);
      const output = new PassedOutput({
        stdout: { write: (bytes) => writeAllSync(Deno.stdout, bytes), isTerminal: Deno.stdout.isTerminal() },
        stderr: { write: (bytes) => writeAllSync(Deno.stderr, bytes), isTerminal: Deno.stderr.isTerminal() },
        several: plan.each.length > 1,
        addresses: options.addresses ?? false,
        before: () => report.close(),
      });
      const tell = (event: RunEvent) => {
        output.report(event);
        report.report(event, options);
      };
      const daemon = async () => needsDaemon(plan) ? await connected() : NO_DAEMON;
      let begun = false;
      const controls = async () => {
        const all = { ...await daemon(), host: hostControl(host) };
        signal.throwIfAborted();
        interruption.begin();
        begun = true;
        return all;
      };
      try {
        return await apply(plan, {
          ...options,
          script: {
            program,
            globals: connectFlags(globals),
            sudo: !host.isRoot,
            ...(needsDaemon(plan) ? { project: (await way()).project } : {}),
            showSecrets: options.showSecrets ?? false,
          },
        }, {
          controls,
          report: options.passOutput ? passOn : tell,
          print: toStdout,
          signal,
          mayWrite,
        });
      } finally {
        report.close();
        if (begun) interruption.end();
      }
    },
    print: toStdout,
    printBytes: (content) => writeAll(Deno.stdout, content),
    complain,
    warn: (issues) => issues.forEach((issue) => complain(printable(formatIssue(issue)))),
    confirm: (lines, question) => confirmed(lines, question, signal),
    stdin: {
      text: async () => Deno.stdin.isTerminal() ? undefined : await (await terminal()).readText(),
      bytes: async () => await (await terminal()).readBytes(),
      piped: async () => Deno.stdin.isTerminal() ? undefined : await (await terminal()).readBytes(),
    },
  };
}

/** A script cannot answer, and has said what it wants. */
async function confirmed(
  lines: readonly string[],
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return true;
  for (const line of lines) complain(printable(line));
  toStderr(`${printable(question)} [y/N] `);
  try {
    return /^y(es)?$/i.test(await (await terminal()).readAnswer(signal));
  } catch (error) {
    complain("");
    throw error;
  }
}

async function terminal() {
  return await import("./lib/adapters/terminal.ts");
}

/** The options that lead to the same daemon. */
function connectFlags({ socket, remote, http, unix }: GlobalOptions): string[] {
  return [
    ...(socket ? ["-socket", socket] : []),
    ...(remote ? ["-remote", remote] : []),
    ...(http ? ["-http"] : []),
    ...(unix ? ["-unix"] : []),
  ];
}

/** In the place of a daemon that a plan does not ask: files can be changed where there is none. */
const NO_DAEMON = {} as Pick<Connection, "server" | "control">;

function passOn(event: RunEvent): void {
  if (event.kind === "bytes") {
    return writeAllSync(event.stream === "stdout" ? Deno.stdout : Deno.stderr, event.bytes);
  }
  if (event.kind !== "output") return;
  if (event.stream === "stdout") toStdout(`${event.line}\n`);
  else toStderr(`${event.line}\n`);
}

function complain(text: string): void {
  toStderr(`${text}\n`);
}

function toStdout(text: string): void {
  writeAllSync(Deno.stdout, new TextEncoder().encode(text));
}

function toStderr(text: string): void {
  writeAllSync(Deno.stderr, new TextEncoder().encode(text));
}

function writeAllSync(stream: { writeSync(bytes: Uint8Array): number }, content: Uint8Array): void {
  let bytes = content;
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

async function writeAll(
  stream: { write(bytes: Uint8Array): Promise<number> },
  content: Uint8Array,
): Promise<void> {
  let bytes = content;
  while (bytes.length > 0) bytes = bytes.subarray(await stream.write(bytes));
}
