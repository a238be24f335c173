/**
 * Conversion between connections and Node's streams. The stream that Node reads is gated below TLS: in Deno 2.9 a TLS
 * socket that is paused, or read by its iterator, never emits its end.
 *
 * @module
 */
import type { Duplex, Readable } from "node:stream";
import type { Stream } from "./endpoint.ts";

/** The number of bytes that may wait to be read; with more, the gate is shut. */
const MOST_WAITING = 1024 * 1024;

/** A connection as a stream of Node, with a gate before its input. */
export interface Wire {
  readonly duplex: Duplex;
  /** Stops reading from the connection. */
  hold(): void;
  release(): void;
}

/** Makes a connection a stream of Node. */
export async function wireOf(connection: Stream): Promise<Wire> {
  const { Duplex } = await import("node:stream");
  let gate: PromiseWithResolvers<void> | undefined;
  const buffer = new Uint8Array(65536);
  let writeError: Error | undefined;
  const duplex: Duplex = new Duplex({
    async read() {
      try {
        await gate?.promise;
        const count = await connection.read(buffer);
        if (count === null && writeError) duplex.destroy(writeError);
        else duplex.push(count === null ? null : buffer.slice(0, count));
      } catch (error) {
        duplex.destroy(asError(error));
      }
    },
    async write(chunk: Uint8Array, _encoding, done) {
      try {
        for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
      } catch (error) {
        // The daemon may refuse a body that it has not read: then its answer counts, which is still to be read.
        writeError ??= asError(error);
      }
      done();
    },
    destroy(error, done) {
      try {
        connection.close();
      } catch {
        // The other side was quicker.
      }
      done(error);
    },
  });
  return {
    duplex,
    hold: () => void (gate ??= Promise.withResolvers<void>()),
    release() {
      gate?.resolve();
      gate = undefined;
    },
  };
}

/** Reads a stream of Node to its end, whole also where it ends with an error. */
export function readerOf(source: Readable, wire: Wire): () => Promise<Uint8Array | undefined> {
  const waiting: Uint8Array[] = [];
  let size = 0;
  let end: { readonly error?: Error } | undefined;
  let wake = () => {};
  const finish = (error?: Error) => {
    end ??= error ? { error } : {};
    wake();
  };
  source.on("data", (chunk: Uint8Array) => {
    waiting.push(chunk);
    size += chunk.length;
    if (size >= MOST_WAITING) wire.hold();
    wake();
  });
  source.on("end", () => finish());
  source.on("close", () => finish());
  source.on("error", finish);
  return async () => {
    while (waiting.length === 0) {
      if (end?.error) throw end.error;
      if (end) return undefined;
      await new Promise<void>((resolve) => wake = resolve);
    }
    const chunk = waiting.shift()!;
    size -= chunk.length;
    if (size < MOST_WAITING) wire.release();
    return chunk;
  };
}

/** Makes a socket a connection; reading ends where the other side or an error ends it. */
export function streamOf(socket: Duplex, wire: Wire): Stream {
  const next = readerOf(socket, wire);
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async read(buffer) {
      if (rest.length === 0) {
        const chunk = await next();
        if (chunk === undefined) return null;
        rest = chunk;
      }
      const count = Math.min(rest.length, buffer.length);
      buffer.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    write(data) {
      return new Promise((resolve, reject) => {
        socket.write(data, (error) => error ? reject(error) : resolve(data.length));
      });
    },
    close() {
      socket.destroy();
      wire.duplex.destroy();
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
