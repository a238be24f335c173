/**
 * Images that take the names of others.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import { createAlias, deleteImage } from "../../plan/requests/images.ts";
import type { Effect } from "../../step/step.ts";
import { sendUntilFree } from "../wait/busy.ts";
import type { Run } from "./perform.ts";

/** The words of both daemons, with which they name the image. */
const THERE = /image already exists: ([0-9a-f]{64})/i;

/** Makes an image; one that is the same and there already gets the name in its place. */
export async function publish(
  { project, alias, ...request }: Extract<Effect, { kind: "publish" }>,
  { instance, controls: { control }, report, signal }: Run,
): Promise<void> {
  const onProgress = (text: string) => report({ kind: "progress", instance, text });
  const { method, path, body } = request;
  try {
    return await sendUntilFree(() => control.send({ method, path, body }, signal, onProgress), signal);
  } catch (error) {
    const fingerprint = error instanceof ServerError ? THERE.exec(error.message)?.[1] : undefined;
    if (fingerprint === undefined) throw error;
    await control.send(createAlias(project, alias, fingerprint), signal);
  }
}

/** Deletes an image where it has no name. */
export async function forget(
  { project, fingerprint }: Extract<Effect, { kind: "forget" }>,
  { controls: { server, control }, signal }: Run,
): Promise<void> {
  const image = (await server.images(project)).find((one) => one.fingerprint === fingerprint);
  if (image?.aliases.length === 0) await control.send(deleteImage(project, fingerprint), signal);
}
