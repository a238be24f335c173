/**
 * A Node socket as a connection that is read and written.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import type { Stream } from "./http.ts";

/** Wraps a socket; reading ends where the other side or an error ends it. */
export function streamOf(socket: Duplex): Stream {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async read(buffer) {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) return null;
        rest = next.value;
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
    close: () => void socket.destroy(),
  };
}
