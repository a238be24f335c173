/**
 * A client of SFTP over a connection that a daemon has upgraded. Requests are sent without waiting for the answers to
 * earlier ones.
 *
 * @module
 */
import { ServerError, TimeoutError } from "../../base/errors.ts";
import { after } from "../transport/timer.ts";
import type { Stream } from "../transport/endpoint.ts";
import { type Attributes, OPEN, Reader, STATUS, TYPE, Writer } from "./packets.ts";

/** An entry of a directory. */
export interface Entry {
  /** Its name as bytes, which need be no text. */
  readonly name: Uint8Array;
  readonly attributes: Attributes;
}

/** An open file or directory of the instance. */
export type Handle = Uint8Array;

/** The error of one request. */
export class SftpError extends ServerError {
  /** Code of the status, as `STATUS` has them. */
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** The largest packet; the daemons send 32 KiB of data at most. */
const LARGEST = 1024 * 1024;
/** The time without an answer after which the connection counts as lost. */
const SILENCE_MS = 60_000;

interface Waiting {
  readonly resolve: (reader: { readonly type: number; readonly reader: Reader }) => void;
  readonly reject: (error: Error) => void;
}

/** Files of an instance. */
export class Sftp {
  readonly #connection: Stream;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #writing: Promise<void> = Promise.resolve();
  #broken: Error | undefined;
  #stopTimer = () => {};
  /** The time of the last answer, or of a request that nothing was waited for before. */
  #heard = 0;
  #watched = false;

  private constructor(connection: Stream) {
    this.#connection = connection;
  }

  /** Begins a session; `rest` are bytes that came behind the answer to the upgrade. */
  static async start(connection: Stream, rest: Uint8Array): Promise<Sftp> {
    const sftp = new Sftp(connection);
    const version = sftp.#ask(0, new Writer().byte(TYPE.init).u32(3).packet());
    sftp.#read(rest).catch((error) => sftp.#fail(error));
    await version;
    return sftp;
  }

  /** Reads the attributes of a path, without following a link. */
  async lstat(path: string | Uint8Array): Promise<Attributes> {
    return (await this.#request(TYPE.lstat, (writer) => put(writer, path), TYPE.attributes)).attributes();
  }

  /** Reads the target of a link. */
  async readLink(path: string | Uint8Array): Promise<Uint8Array> {
    const reader = await this.#request(TYPE.readlink, (writer) => put(writer, path), TYPE.name);
    reader.u32();
    return reader.bytes();
  }

  /** Reads a directory; `take` gets its entries in pieces. */
  async readDirectory(path: string | Uint8Array, take: (entries: readonly Entry[]) => void): Promise<void> {
    const handle = (await this.#request(TYPE.opendir, (writer) => put(writer, path), TYPE.handle)).bytes()
      .slice();
    try {
      while (true) {
        const reader = await this.#request(TYPE.readdir, (writer) => writer.bytes(handle), TYPE.name);
        take(Array.from({ length: reader.u32() }, () => {
          const name = reader.bytes().slice();
          reader.bytes();
          return { name, attributes: reader.attributes() };
        }));
      }
    } catch (error) {
      if (!(error instanceof SftpError) || error.code !== STATUS.end) throw error;
    } finally {
      await this.close(handle).catch(() => {});
    }
  }

  /** Opens a file to read, or a new file to write, whose mode is set before its first byte. */
  async open(path: string | Uint8Array, created?: Attributes): Promise<Handle> {
    const flags = created ? OPEN.write | OPEN.create | OPEN.exclusive : OPEN.read;
    const first = created ? { mode: 0o600 } : {};
    const fill = (writer: Writer) => put(writer, path).u32(flags).attributes(first);
    const handle = (await this.#request(TYPE.open, fill, TYPE.handle)).bytes().slice();
    if (created) await this.setOpen(handle, created);
    return handle;
  }

  /** Closes an open handle. */
  async close(handle: Handle): Promise<void> {
    await this.#request(TYPE.close, (writer) => writer.bytes(handle), TYPE.status);
  }

  /** Reads a piece of a file; `undefined` at its end. */
  async read(handle: Handle, offset: number, length: number): Promise<Uint8Array | undefined> {
    try {
      const fill = (writer: Writer) => writer.bytes(handle).u64(offset).u32(length);
      return (await this.#request(TYPE.read, fill, TYPE.data)).bytes();
    } catch (error) {
      if (error instanceof SftpError && error.code === STATUS.end) return undefined;
      throw error;
    }
  }

  /** Writes a piece of a file. */
  async write(handle: Handle, offset: number, data: Uint8Array): Promise<void> {
    await this.#request(TYPE.write, (writer) => writer.bytes(handle).u64(offset).bytes(data), TYPE.status);
  }

  /** Makes a directory. */
  async makeDirectory(path: string, attributes: Attributes): Promise<void> {
    await this.#request(TYPE.mkdir, (writer) => put(writer, path).attributes(attributes), TYPE.status);
  }

  /** Makes a symbolic link. */
  async makeLink(path: string, target: string): Promise<void> {
    // Every server has the two the other way round than the draft, as OpenSSH.
    await this.#request(TYPE.symlink, (writer) => writer.text(target).text(path), TYPE.status);
  }

  /** Sets attributes of a path that is no link. */
  async set(path: string, attributes: Attributes): Promise<void> {
    for (const one of single(attributes)) {
      await this.#request(TYPE.setstat, (writer) => put(writer, path).attributes(one), TYPE.status);
    }
  }

  /** Sets attributes of an open file. */
  async setOpen(handle: Handle, attributes: Attributes): Promise<void> {
    for (const one of single(attributes)) {
      await this.#request(TYPE.fsetstat, (writer) => writer.bytes(handle).attributes(one), TYPE.status);
    }
  }

  /** Renames, over a file that is there. */
  async rename(from: string, to: string): Promise<void> {
    const fill = (writer: Writer) => writer.text("posix-rename@openssh.com").text(from).text(to);
    await this.#request(TYPE.extended, fill, TYPE.status);
  }

  /** Removes a file or an empty directory. */
  async remove(path: string | Uint8Array, isDirectory: boolean): Promise<void> {
    const type = isDirectory ? TYPE.rmdir : TYPE.remove;
    await this.#request(type, (writer) => put(writer, path), TYPE.status);
  }

  /** Ends the session. */
  end(): void {
    this.#fail(new ServerError("The connection was closed"));
  }

  /** Sends a request and returns its answer, which must be of a type. */
  async #request(type: number, fill: (writer: Writer) => Writer, expected: number): Promise<Reader> {
    const id = this.#next++ >>> 0;
    const answer = await this.#ask(id, fill(new Writer().byte(type).u32(id)).packet());
    if (answer.type === expected && expected !== TYPE.status) return answer.reader;
    if (answer.type !== TYPE.status) throw new ServerError(`The daemon sent packet ${answer.type} of SFTP`);
    const code = answer.reader.u32();
    if (code === STATUS.ok && expected === TYPE.status) return answer.reader;
    throw new SftpError(new TextDecoder().decode(answer.reader.bytes()), code);
  }

  #ask(id: number, packet: Uint8Array): Promise<{ readonly type: number; readonly reader: Reader }> {
    if (this.#broken) return Promise.reject(this.#broken);
    const { promise, resolve, reject } = Promise.withResolvers<
      { readonly type: number; readonly reader: Reader }
    >();
    this.#waiting.set(id, { resolve, reject });
    if (this.#waiting.size === 1) this.#watch();
    this.#writing = this.#writing.then(async () => {
      for (let at = 0; at < packet.length;) at += await this.#connection.write(packet.subarray(at));
    }).catch((error) => this.#fail(error));
    return promise;
  }

  async #read(rest: Uint8Array): Promise<void> {
    let buffer = rest.slice();
    const chunk = new Uint8Array(256 * 1024);
    while (!this.#broken) {
      let at = 0;
      while (buffer.length - at >= 4) {
        const length = new DataView(buffer.buffer, buffer.byteOffset + at).getUint32(0);
        if (length < 1 || length > LARGEST) throw new RangeError(`a packet of ${length} bytes`);
        if (buffer.length - at < 4 + length) break;
        this.#take(new Reader(buffer.subarray(at + 4, at + 4 + length)));
        at += 4 + length;
      }
      const kept = buffer.subarray(at);
      const count = await this.#connection.read(chunk);
      if (count === null) throw new Error("the connection ended");
      buffer = new Uint8Array(kept.length + count);
      buffer.set(kept);
      buffer.set(chunk.subarray(0, count), kept.length);
    }
  }

  #take(reader: Reader): void {
    const type = reader.byte();
    const id = type === TYPE.version ? 0 : reader.u32();
    const waiting = this.#waiting.get(id);
    if (!waiting) throw new Error(`an answer without a request`);
    this.#waiting.delete(id);
    this.#watch();
    waiting.resolve({ type, reader });
  }

  /** Starts the time limit of the daemon again. */
  #watch(): void {
    this.#heard = performance.now();
    if (this.#watched) return;
    this.#watched = true;
    const look = () => {
      const silence = performance.now() - this.#heard;
      if (this.#waiting.size > 0 && silence >= SILENCE_MS) {
        this.#fail(new TimeoutError(`The daemon has not answered for ${SILENCE_MS / 1000} s about files`));
      } else if (!this.#broken) {
        this.#stopTimer = after(this.#waiting.size > 0 ? SILENCE_MS - silence : SILENCE_MS, look);
      }
    };
    this.#stopTimer = after(SILENCE_MS, look);
  }

  #fail(error: unknown): void {
    if (this.#broken) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#broken = error instanceof ServerError || error instanceof TimeoutError
      ? error
      : new ServerError(`The daemon broke the connection about files (${reason})`);
    this.#stopTimer();
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
    try {
      this.#connection.close();
    } catch {
      // Closed already, from the other side.
    }
  }
}

function put(writer: Writer, path: string | Uint8Array): Writer {
  return typeof path === "string" ? writer.text(path) : writer.bytes(path);
}

/**
 * Splits attributes, as the daemons read several of them in another order than the draft says: the owner, then the
 * mode, some bits of which a change of the owner takes away, then times.
 */
function single({ uid, gid, mode, atime, mtime }: Attributes): readonly Attributes[] {
  return [
    ...(uid === undefined || gid === undefined ? [] : [{ uid, gid }]),
    ...(mode === undefined ? [] : [{ mode }]),
    ...(mtime === undefined ? [] : [{ mtime, atime: atime ?? mtime }]),
  ];
}
