/**
 * Connections from this machine to addresses of instances.
 *
 * @module
 */

import type { InstanceRef } from "./mod.ts";

/** A connection that is tried. */
export interface Call {
  readonly address: string;
  readonly port: number;
  /** Path that an HTTP server is asked for; absent: only the connection is tried. */
  readonly path?: string;
}

/**
 * Connects, and returns the status of the server's answer; `undefined` where it was asked for nothing, or does not
 * answer as an HTTP server.
 */
export type Dial = (call: Call, signal: AbortSignal) => Promise<number | undefined>;

/** A daemon that connects to ports in instances, where it has the extension `instance_port_forward`. */
export interface Forwarding {
  /** Connects as `Dial` does, in the network of an instance. */
  forward?(instance: InstanceRef, call: Call, signal: AbortSignal): ReturnType<Dial>;
}
