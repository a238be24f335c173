/**
 * Transfers of images to files, from files, and between daemons. All of them stream.
 *
 * @module
 */
import type { OnProgress } from "../../ports/copy.ts";
import { ServerError, UsageError } from "../../base/errors.ts";
import type { ImageTransfer } from "../../ports/mod.ts";
import { ask, readAnswer } from "../transport/answer.ts";
import type { Endpoint, Reply } from "../transport/endpoint.ts";
import { bodyOf, call } from "../transport/http.ts";
import { counter, lengthOf, openPartial, writeFile } from "../transport/incoming.ts";
import { writeParts } from "../transport/multipart.ts";
import { awaitOperation, OPERATION, operationFailure, operationPath } from "./operation.ts";
import { openFile } from "../read_file.ts";
import { passToStdout } from "../standard_output.ts";
import { type ImageBody, imageExportPath, uploadRequest } from "./requests.ts";

/** Finds the daemon of a remote. */
export type Elsewhere = (remote: string) => Promise<Endpoint>;

/** Moves an image. */
export async function transferImage(
  endpoint: Endpoint,
  image: ImageTransfer,
  elsewhere: Elsewhere,
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<void> {
  signal.throwIfAborted();
  switch (image.direction) {
    case "export": {
      const response = await download(endpoint, image.project, image.fingerprint, signal);
      return await writeImage(response, image, onProgress);
    }
    case "import": {
      const content = { ...await uploadOf(image.files), properties: image.properties };
      return await upload(endpoint, image, content, signal, onProgress);
    }
    case "relay": {
      const from = await elsewhere(image.remote);
      const response = await download(from, image.fromProject, image.fingerprint, signal);
      const type = response.headers.get("Content-Type") ?? "application/octet-stream";
      return await upload(
        endpoint,
        image,
        { type, body: response.body!, bytes: lengthOf(response.headers), properties: {} },
        signal,
        onProgress,
      );
    }
  }
}

async function download(
  endpoint: Endpoint,
  project: string,
  fingerprint: string,
  signal: AbortSignal,
): Promise<Reply> {
  const path = imageExportPath(project, fingerprint);
  const response = await call(endpoint, { method: "GET", path, signal });
  if (!response.ok) await readAnswer(endpoint, `GET ${path}`, response, signal);
  if (!response.body) {
    throw new ServerError(`The image is empty (GET ${path})`, {
      status: response.status,
      request: `GET ${path}`,
    });
  }
  const { status, ok, headers } = response;
  const body = ReadableStream.from(bodyOf(endpoint, `GET ${path}`, response, signal));
  return { status, ok, headers, body };
}

async function upload(
  endpoint: Endpoint,
  image: { readonly project: string; readonly isPublic: boolean },
  content: ImageBody & { readonly bytes: number | undefined },
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<void> {
  const body = content.body.pipeThrough(counter((...progress) => onProgress?.(...progress), content.bytes));
  const call = uploadRequest(image, { ...content, body });
  const request = `${call.method} ${call.path}`;
  const answer = await ask(endpoint, { ...call, signal });
  if (answer.type === "sync") return;
  const operation = await awaitOperation(endpoint, request, operationPath(endpoint, request, answer), signal);
  if (operation.code !== OPERATION.success) throw operationFailure(endpoint, request, operation);
}

/** The body of an upload, with the bytes of its files where these have a size: a FIFO has none. */
type SizedBody = Pick<ImageBody, "type" | "body"> & { readonly bytes: number | undefined };

async function uploadOf(files: readonly string[]): Promise<SizedBody> {
  const disk = files[1] !== undefined && await isDisk(files[1]);
  const opened = await Promise.all(files.map(openFile));
  const sizes = await Promise.all(opened.map(async (file) => (await file.stat()).size));
  const bytes = sizes.includes(0) ? undefined : sizes.reduce((sum, size) => sum + size, 0);
  const [first, second] = opened.map(({ readable }) => readable);
  if (!second) return { type: "application/octet-stream", body: first!, bytes };
  const boundary = `lxops-${crypto.randomUUID()}`;
  const part = (name: string, begin: string) =>
    new TextEncoder().encode(
      `${begin}--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n` +
        "Content-Type: application/octet-stream\r\n\r\n",
    );
  async function* parts(): AsyncIterable<Uint8Array> {
    yield part("metadata", "");
    yield* first!;
    yield part(disk ? "rootfs.img" : "rootfs", "\r\n");
    yield* second!;
    yield new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
  }
  return { type: `multipart/form-data; boundary=${boundary}`, body: ReadableStream.from(parts()), bytes };
}

/** Tells whether a file is the disk of a virtual machine: the daemons read the type of an image from the part's name. */
async function isDisk(file: string): Promise<boolean> {
  using opened = await openFile(file);
  const start = new Uint8Array(4);
  return await opened.read(start) === 4 && new TextDecoder("latin1").decode(start) === "QFI\u00fb";
}

/** Writes to a temporary file first, so that the file always holds a whole image. */
async function writeImage(
  response: Reply,
  { file, fingerprint }: Pick<Extract<ImageTransfer, { direction: "export" }>, "file" | "fingerprint">,
  onProgress: OnProgress = () => {},
): Promise<void> {
  const body = response.body!.pipeThrough(counter(onProgress, lengthOf(response.headers)));
  const boundary = /boundary="?([^";]+)/.exec(response.headers.get("Content-Type") ?? "")?.[1];
  if (file === "-") {
    if (boundary !== undefined) {
      await body.cancel();
      throw new UsageError("This image has two parts, which need files of their own and not stdout");
    }
    for await (const piece of body) await passToStdout(piece);
    return;
  }
  const path = (disposition: string | null, otherwise: string) =>
    file.endsWith("/")
      ? `${file}${nameOf(disposition) ?? `${fingerprint}${otherwise}`}`
      : `${file}${otherwise}`;
  if (boundary === undefined) {
    return await writeFile(path(response.headers.get("Content-Disposition"), ""), body);
  }
  await writeParts(body, boundary, (index, head) => openPartial(path(head, index === 0 ? "" : ".root")));
}

/** Returns the name that a daemon gives to a file; `undefined` where it could lead out of a directory. */
function nameOf(disposition: string | null): string | undefined {
  return /filename="?([A-Za-z0-9_][\w.-]*)"?(?:[;\r\n]|$)/.exec(disposition ?? "")?.[1];
}
