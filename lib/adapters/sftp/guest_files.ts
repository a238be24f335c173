/**
 * Files of an instance over a session of SFTP.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { concat } from "../../base/bytes.ts";
import { StateError } from "../../base/errors.ts";
import type { GuestFile, GuestFiles, NewGuestFile } from "../../ports/guest_files.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { upgrade } from "../transport/websocket.ts";
import { type Sftp, Sftp as Session, SftpError } from "./client.ts";
import { PIECE, randomName } from "./copying.ts";
import { type Attributes, kindOf, STATUS } from "./packets.ts";

/** Opens a session about the files of an instance, at the path of the API about it, for as long as `act` takes. */
export async function withGuestFiles<T>(
  endpoint: Endpoint,
  path: string,
  act: (files: GuestFiles) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const opening = upgrade(endpoint, path, ["Upgrade: sftp"], { what: "SFTP session" });
  const { connection, rest } = await unlessAborted(opening, signal);
  const sftp = await Session.start(connection, rest);
  const end = () => sftp.end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await act(guestFiles(sftp));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
    sftp.end();
  }
}

/** Waits for a session, which ends by itself after an interruption. */
async function unlessAborted(
  opening: ReturnType<typeof upgrade>,
  signal: AbortSignal,
): ReturnType<typeof upgrade> {
  const stop = new AbortController();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => {
    aborted.reject(signal.reason);
    opening.then(async ({ connection, rest }) => (await Session.start(connection, rest)).end()).catch(
      () => {},
    );
  };
  signal.addEventListener("abort", onAbort, { once: true, signal: stop.signal });
  try {
    return await Promise.race([opening, aborted.promise]);
  } finally {
    stop.abort();
  }
}

function guestFiles(sftp: Sftp): GuestFiles {
  return {
    lstat: async (path) => {
      try {
        return guestFile(await sftp.lstat(path));
      } catch (error) {
        if (error instanceof SftpError && error.code === STATUS.missing) return undefined;
        throw error;
      }
    },
    list: async (path, most) => {
      const names: string[] = [];
      await sftp.readDirectory(path, (entries) => {
        for (const { name } of entries) {
          const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
          if (text === "." || text === ".." || text === "" || text.includes("/")) continue;
          names.push(text);
          if (names.length > most) throw new StateError(`"${path}" has more than ${most} files`);
        }
      });
      return names;
    },
    read: (path, most) => read(sftp, path, most),
    makeDirectory: async (path, { mode, uid, gid }) => {
      await sftp.makeDirectory(path, { mode });
      await sftp.set(path, { mode });
      await sftp.set(path, { uid, gid });
    },
    replace: (path, file) => replace(sftp, path, file),
  };
}

function guestFile(attributes: Attributes): GuestFile {
  const { mode = 0, uid = 0, gid = 0, size = 0 } = attributes;
  return { kind: kindOf(attributes), mode: mode & 0o7777, uid, gid, size };
}

async function read(sftp: Sftp, path: string, most: number): Promise<Uint8Array> {
  const handle = await sftp.open(path);
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    while (true) {
      const piece = await sftp.read(handle, size, PIECE);
      if (!piece || piece.length === 0) return concat(pieces);
      pieces.push(piece.slice());
      size += piece.length;
      if (size > most) throw new StateError(`"${path}" has more than ${most} bytes`);
    }
  } finally {
    await sftp.close(handle).catch(() => {});
  }
}

async function replace(sftp: Sftp, path: string, { content, mode, uid, gid }: NewGuestFile): Promise<void> {
  const partial = join(dirname(path), randomName("keep"));
  // Mode and owner are set before anything is in it.
  const handle = await sftp.open(partial, { mode: 0o600 });
  try {
    try {
      for (let at = 0; at < content.length; at += PIECE) {
        await sftp.write(handle, at, content.subarray(at, at + PIECE));
      }
    } finally {
      await sftp.close(handle).catch(() => {});
    }
    await sftp.set(partial, { uid, gid });
    await sftp.set(partial, { mode });
    await sftp.rename(partial, path).catch(async (error) => {
      if (!(error instanceof SftpError)) throw error;
      // Servers of this version do not replace an existing file.
      await sftp.remove(path, false);
      await sftp.rename(partial, path);
    });
  } catch (error) {
    await sftp.remove(partial, false).catch(() => {});
    throw error;
  }
}
