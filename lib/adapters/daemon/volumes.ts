/**
 * Transfers of volume backups to files, and of those files into new volumes. All of them stream.
 *
 * @module
 */
import type { OnProgress } from "../../ports/copy.ts";
import { ServerError } from "../../base/errors.ts";
import type { VolumeTransfer } from "../../ports/mod.ts";
import { ask, readAnswer } from "../transport/answer.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { bodyOf, call } from "../transport/http.ts";
import { counter, lengthOf, writeFile } from "../transport/incoming.ts";
import { awaitOperation, OPERATION, operationFailure, operationPath } from "./operation.ts";
import { openFile } from "../read_file.ts";
import { backupExportPath, restoreRequest } from "./requests.ts";

/** Transfers a volume. */
export async function transferVolume(
  endpoint: Endpoint,
  transfer: VolumeTransfer,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
  settleMs = 0,
): Promise<void> {
  signal.throwIfAborted();
  if (transfer.direction === "backup") {
    const path = backupExportPath(transfer.volume, transfer.backup);
    const response = await call(endpoint, { method: "GET", path, signal });
    if (!response.ok) await readAnswer(endpoint, `GET ${path}`, response, signal);
    if (!response.body) {
      throw new ServerError(`The backup is empty (GET ${path})`, {
        status: response.status,
        request: `GET ${path}`,
      });
    }
    const body = ReadableStream.from(bodyOf(endpoint, `GET ${path}`, response, signal));
    return await writeFile(
      transfer.file,
      body.pipeThrough(counter(onProgress, lengthOf(response.headers))),
      0o600,
    );
  }
  const file = await openFile(transfer.file);
  const { size } = await file.stat();
  const restore = restoreRequest(
    transfer.volume,
    file.readable.pipeThrough(counter(onProgress, size || undefined)),
  );
  const request = `${restore.method} ${restore.path}`;
  const answer = await ask(endpoint, { ...restore, signal });
  if (answer.type === "sync") return;
  const path = operationPath(endpoint, request, answer);
  const operation = await awaitOperation(endpoint, request, path, signal, settleMs);
  if (operation.code !== OPERATION.success) throw operationFailure(endpoint, request, operation);
}
