/**
 * A single attempt of a check. A port is first tried at the instance's own addresses: through the daemon, if that can
 * connect to them, or else from this machine, if the daemon runs on it; then in the instance, which may have no address,
 * or whose service listens on its loopback interface only.
 *
 * @module
 */
import { LxopsError, reasonOf, ServerError, TimeoutError } from "../../../base/errors.ts";
import type { Dial } from "../../../ports/dial.ts";
import type { HostControl, InstanceControl, InstanceServer } from "../../../ports/mod.ts";
import type { Check, Probe } from "../../../step/check.ts";
import { PrintedTail } from "../../tail.ts";
import { addressFilter } from "../../wait/instance_addresses.ts";
import { unlessAborted } from "../../wait/pauses.ts";
import { HTTP, statusIn, TCP } from "./check_scripts.ts";

/** The parts of the world that checks use. */
export interface CheckPorts {
  readonly server: Pick<InstanceServer, "address" | "instanceState" | "instance" | "get">;
  readonly control: Pick<InstanceControl, "pipe" | "forward">;
  readonly host: Pick<HostControl, "dial">;
}

/** Observation of an attempt. */
export interface Seen {
  readonly ok: boolean;
  /** Reason of a failure. */
  readonly what: string;
  /** Exit code of a command. */
  readonly code?: number;
  /** The last lines of its output. */
  readonly lines?: string;
}

/** The most addresses of an instance that are tried. */
const ADDRESSES = 4;

/** The address of a service that listens on no other. */
const LOOPBACK = "127.0.0.1";

/** The longest time for the attempts from outside, as some of the time must be left for one in the instance. */
const OUTSIDE_MS = 5000;

type Port = Exclude<Probe, { kind: "exec" }>;

/** Makes an attempt and returns its result; throws only where the signal aborts. */
export async function attempt(check: Check, ports: CheckPorts, signal: AbortSignal): Promise<Seen> {
  const { probe } = check;
  try {
    if (probe.kind === "exec") return await runs(check, probe.argv, ports, signal);
    const outside = await fromOutside(check, probe, ports, signal);
    if (outside?.ok || outside?.code !== undefined) return outside;
    const inside = await fromInside(check, probe, ports, signal);
    if (inside.ok || !outside) return inside;
    return { ...inside, what: `${outside.what}; in the instance: ${inside.what}` };
  } catch (error) {
    // The daemon refuses, as for a virtual machine whose agent does not run yet.
    if (!signal.aborted && error instanceof ServerError) return { ok: false, what: error.message };
    throw error;
  }
}

async function runs(
  { instance }: Check,
  argv: readonly [string, ...string[]],
  { control }: CheckPorts,
  signal: AbortSignal,
): Promise<Seen> {
  const tail = new PrintedTail();
  const shown = () => {
    const lines = tail.lines(0).join("\n");
    return lines === "" ? {} : { lines };
  };
  try {
    const code = await control.pipe(
      { instance, argv },
      (bytes, stream) => tail.push(0, stream, bytes),
      signal,
    );
    return { ok: code === 0, what: `exit code ${code}`, code, ...shown() };
  } catch (error) {
    if (!(signal.reason instanceof TimeoutError)) throw error;
    return { ok: false, what: signal.reason.message, ...shown() };
  }
}

/**
 * Tries the addresses of the instance, through the daemon where that connects to them; `undefined` where neither that nor
 * this machine does, or there are none.
 */
async function fromOutside(
  { instance, timeout, forwards }: Check,
  probe: Port,
  { server, control: { forward }, host }: CheckPorts,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const through: Dial | undefined = forwards && forward && ((call, late) => forward(instance, call, late));
  const dial = through ?? (server.address.startsWith("/") ? host.dial : undefined);
  if (!dial) return undefined;
  const state = await unlessAborted(server.instanceState(instance), signal);
  const own = await unlessAborted(addressFilter(instance, server)(state?.addresses ?? []), signal);
  const addresses = own.map(({ address }) => address).slice(0, ADDRESSES);
  const late = AbortSignal.timeout(Math.min(OUTSIDE_MS, timeout * 500));
  let last: Seen | undefined;
  let answer: Seen | undefined;
  for (const address of [...addresses, ...(through ? [LOOPBACK] : [])]) {
    if (address === LOOPBACK && answer) break;
    const place = `${address.includes(":") ? `[${address}]` : address}:${probe.port}`;
    try {
      const path = probe.kind === "http" ? { path: probe.path } : {};
      const status = await dial({ address, port: probe.port, ...path }, AbortSignal.any([signal, late]));
      last = probe.kind === "tcp" ? { ok: true, what: "" } : answered(status, probe, place);
      if (last.ok) return last;
      if (last.code !== undefined) answer = last;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof LxopsError && !(error instanceof ServerError)) throw error;
      last = { ok: false, what: `${place}: ${late.aborted ? "no connection in time" : refusedWhy(error)}` };
      if (late.aborted) break;
    }
  }
  return answer ?? last;
}

/**
 * Returns why there is no connection; in a daemon's message, the system's own words come after those about its
 * programs.
 */
function refusedWhy(error: unknown): string {
  const reason = reasonOf(error);
  return /^.*: connect: (.+?) \(POST /s.exec(reason)?.[1] ?? reason;
}

/** Judges a server's answer; a status is an answer, and anything else is none. */
function answered(
  status: number | undefined,
  probe: Extract<Port, { kind: "http" }>,
  place: string,
): Seen {
  if (status === undefined) return { ok: false, what: `${place}: no answer of an HTTP server` };
  const ok = probe.status === undefined ? status >= 200 && status < 400 : status === probe.status;
  return {
    ok,
    what: `${place}${probe.path}: status ${status}, expected ${probe.status ?? "200 to 399"}`,
    code: 1,
  };
}

/** Tries the port in the instance, with the programs that it has. */
async function fromInside(check: Check, probe: Port, ports: CheckPorts, signal: AbortSignal): Promise<Seen> {
  const { port } = probe;
  const args = probe.kind === "tcp" ? [TCP, "lxops", `${port}`] : [HTTP, "lxops", `${port}`, probe.path];
  const seen = await runs(check, ["/bin/sh", "-c", ...args], ports, signal);
  if (seen.code === undefined) return { ok: false, what: seen.what };
  if (seen.code === 126 || seen.code === 127) {
    return { ok: false, what: "there is no program to look with (/bin/sh, curl, python3, bash, nc or wget)" };
  }
  // Exit code 3: the script could not look.
  if (probe.kind === "tcp") {
    return {
      ok: seen.ok,
      what: seen.code === 3 ? "/proc/net/tcp cannot be read" : `nothing listens on port ${port}`,
    };
  }
  return answered(statusIn(seen.lines ?? ""), probe, `localhost:${port}`);
}
