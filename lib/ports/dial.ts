/**
 * Connections from this machine to addresses of instances.
 *
 * @module
 */

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
