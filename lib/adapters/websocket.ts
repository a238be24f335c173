/**
 * A websocket of the daemon, as a promise of its end and calls for its messages.
 *
 * @module
 */
import type { Endpoint } from "./http.ts";

/** What is done with the messages of a socket. */
export interface SocketReader {
  /** Bytes, or a text message as a string. */
  readonly onMessage?: (data: Uint8Array | string) => void;
}

/** An open or opening websocket. */
export interface Channel {
  /** Settles when the socket is open; rejects where it could not be opened. */
  readonly opened: Promise<void>;
  /**
   * Resolves when the socket is closed, from whichever side, with the last error of the transport. The
   * daemons close without a close frame, so that an error is a usual end.
   */
  readonly ended: Promise<string>;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** Opens a websocket at a path of the API. */
export function openChannel(endpoint: Endpoint, path: string, reader: SocketReader): Channel {
  const url = endpoint.origin.replace(/^http/, "ws") + path;
  const socket = new WebSocket(url, { client: endpoint.client });
  socket.binaryType = "arraybuffer";
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  // Not every caller waits for the opening; the end tells of a failed one, too.
  opened.promise.catch(() => {});
  let failure = "";
  let broken: { readonly error: unknown } | undefined;
  socket.onopen = () => opened.resolve();
  socket.onmessage = ({ data }) => {
    if (broken !== undefined) return;
    try {
      reader.onMessage?.(typeof data === "string" ? data : new Uint8Array(data));
    } catch (error) {
      // Thrown in an event handler it would end the process, past every handler of errors.
      broken = { error };
      socket.close();
    }
  };
  socket.onerror = (event) => {
    failure = event instanceof ErrorEvent ? event.message : "";
  };
  socket.onclose = ({ reason }) => {
    opened.reject(new Error(failure || reason || "closed"));
    if (broken !== undefined) ended.reject(broken.error);
    else ended.resolve(failure || reason);
  };
  return {
    opened: opened.promise,
    ended: ended.promise,
    send(data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close() {
      socket.close();
    },
  };
}
