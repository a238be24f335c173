/**
 * A connection with TLS over one without, to be read and written. The bytes below TLS are read here, and only while
 * somebody wants more: in Deno 2.9 a TLS socket that is told to wait, or that is read by its iterator, never tells
 * that the other side has ended.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Stream } from "./http.ts";

/** Bytes that may wait to be read; with more, no more are taken from the other side. */
const MOST_WAITING = 1024 * 1024;

/** What TLS is spoken over, and a gate before what comes. */
export interface Wire {
  readonly duplex: Duplex;
  /** Takes nothing more from the other side. */
  hold(): void;
  release(): void;
}

/** Makes the lower end of a TLS socket out of a connection. */
export async function wireOf(connection: Deno.Conn): Promise<Wire> {
  const { Duplex } = await import("node:stream");
  let gate: PromiseWithResolvers<void> | undefined;
  const buffer = new Uint8Array(65536);
  const duplex: Duplex = new Duplex({
    async read() {
      try {
        await gate?.promise;
        const count = await connection.read(buffer);
        duplex.push(count === null ? null : buffer.slice(0, count));
      } catch (error) {
        duplex.destroy(asError(error));
      }
    },
    async write(chunk: Uint8Array, _encoding, done) {
      try {
        for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
        done();
      } catch (error) {
        done(asError(error));
      }
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

/** Wraps a socket; reading ends where the other side or an error ends it. */
export function streamOf(socket: TLSSocket, wire: Wire): Stream {
  const waiting: Uint8Array[] = [];
  let size = 0;
  let end: { readonly error?: Error } | undefined;
  let wake = () => {};
  const finish = (error?: Error) => {
    end ??= error ? { error } : {};
    wake();
  };
  socket.on("data", (chunk: Uint8Array) => {
    waiting.push(chunk);
    size += chunk.length;
    if (size >= MOST_WAITING) wire.hold();
    wake();
  });
  socket.on("end", () => finish());
  socket.on("close", () => finish());
  socket.on("error", finish);
  return {
    async read(buffer) {
      while (waiting.length === 0) {
        if (end?.error) throw end.error;
        if (end) return null;
        await new Promise<void>((resolve) => wake = resolve);
      }
      const first = waiting[0]!;
      const count = Math.min(first.length, buffer.length);
      buffer.set(first.subarray(0, count));
      if (count === first.length) waiting.shift();
      else waiting[0] = first.subarray(count);
      size -= count;
      if (size < MOST_WAITING) wire.release();
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
      finish();
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
