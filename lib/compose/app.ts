/**
 * Composes what commands use from backend, adapters and surroundings.
 *
 * @module
 */
import type { Connection } from "../adapters/daemon/daemon.ts";
import { makeHost } from "../adapters/host/host.ts";
import type { DaemonAddress } from "../adapters/remote/connection_target.ts";
import { formatIssue } from "../base/errors.ts";
import type { App, GlobalOptions } from "../cli/command/app.ts";
import type { Hidden } from "../cli/output/hidden.ts";
import type { Interruption } from "../cli/output/interruption.ts";
import type { Format } from "../config/format.ts";
import type { Backend, Host } from "../ports/mod.ts";
import type { Locks } from "../run/lock/locks.ts";
import { addressOf, findDaemon, optionsFor } from "./daemon.ts";
import type { Surroundings } from "./surroundings.ts";

/** The parts that all apps of one run share. */
export interface Run {
  readonly backend: Backend;
  /** The machine; absent: each app observes it anew. */
  readonly host?: Host;
  /** The name by which lxops was called, for scripts. */
  readonly program: string;
  readonly surroundings: Surroundings;
  readonly formats: readonly Format[];
  readonly interruption: Interruption;
  /** Every connection that was opened, to be closed at the end of the run. */
  readonly opened: Connection[];
  /** Locks of the run, which are given up at its end; once it is over, there are no new ones. */
  readonly locks: {
    all?: Promise<Locks>;
    isOver?: boolean;
    /** The directories of the run's instances were locked, as it looks at these. */
    hasLooked?: boolean;
  };
  /** Values that nothing is to show. */
  readonly hidden: Hidden;
  /** Warnings that were printed: a command may read a file again, and each is printed once. */
  readonly told: Set<string>;
}

/** Composes the app for the daemon that the options name, or for the one at `known`. */
export function composeApp(run: Run, globals: GlobalOptions, known?: DaemonAddress): App {
  const { backend, program, surroundings, formats, interruption, opened, hidden } = run;
  const { signal } = interruption;
  const host = run.host ?? makeHost();
  const daemon = findDaemon({ backend, host, opened, tell: surroundings.note }, globals, known);
  return {
    backend,
    host,
    globals,
    program,
    signal,
    endBySignal: interruption.endBySignal,
    random: () => crypto.randomUUID(),
    formats,
    server: async () => (await daemon.connection()).server,
    project: async () => (await daemon.address()).project,
    remote: async () => {
      const address = await daemon.address();
      return address.kind === "https" ? address.remote : "local";
    },
    isLocal: async () => (await daemon.address()).kind === "socket",
    withGlobals: (others) => composeApp(run, others),
    withRemote: (remote) => composeApp(run, optionsFor(globals, remote)),
    atAddress: (remote) => composeApp(run, optionsFor(globals, remote.remote), addressOf(remote)),
    trust: async () => (await import("../adapters/remote/trust.ts")).makeTrust(backend, host),
    remoteHost: async (ssh) => await (await import("../adapters/host/remote_host.ts")).sshHost(ssh, host),
    otherDaemonInstances: async (want) =>
      (await import("../adapters/daemon/other_daemon.ts")).otherDaemonInstances(backend, host, want),
    imageRemotes: async () =>
      (await import("../adapters/remote/client_config.ts")).imageRemotes(backend, host),
    imageStream: async (remote, server) =>
      (await import("../adapters/remote/simplestreams.ts")).readStream(server, {
        remote,
        protocol: backend.protocol,
        architecture: Deno.build.arch,
        signal,
      }),
    apply: async (plan, options) =>
      (await import("./apply.ts"))
        .applyPlan({ run, host, daemon, globals }, plan, options),
    lock: async (wants, options) =>
      await (await import("./lock.ts")).takeLocks({ run, host, daemon }, wants, options),
    lockEarly: async (wants, command) =>
      await (await import("./lock.ts")).takeEarly({ run, host, daemon }, wants, command),
    unlock: async (wants) => await (await import("./lock.ts")).giveBack({ run, host, daemon }, wants),
    otherRuns: async () => await (await import("./lock.ts")).otherRuns({ run, host, daemon }),
    lockDirectories: async (uses, options) =>
      await (await import("./lock.ts")).lockDirectories({ run, host, daemon }, uses, options),
    hide: (values) => hidden.add(values),
    show: (names) => hidden.show(names),
    mask: hidden.mask,
    print: surroundings.print,
    printBytes: surroundings.printBytes,
    complain: surroundings.complain,
    warn: (issues) => {
      for (const issue of issues) {
        const text = formatIssue(issue);
        if (!run.told.has(text)) surroundings.warn(issue);
        run.told.add(text);
      }
    },
    confirm: (lines, question) => surroundings.confirm(lines, question, signal),
    stdin: surroundings.stdin,
    isInteractive: surroundings.isInteractive,
    width: surroundings.width,
  };
}
