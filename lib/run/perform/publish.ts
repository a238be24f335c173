/**
 * Images that take aliases over from others.
 *
 * @module
 */
import { ServerError, StateError } from "../../base/errors.ts";
import type { OnProgress } from "../../ports/copy.ts";
import { sealFor } from "../../plan/image/seal.ts";
import { withTemporary } from "../../plan/instance/temporary_alias.ts";
import { aliasDescription } from "../../plan/image/versions.ts";
import {
  createAlias,
  deleteAlias,
  deleteImage,
  moveAlias,
  noteOnImage,
  replaceImage,
} from "../../plan/requests/images.ts";
import { aliasPath, imagePath } from "../../plan/requests/reads.ts";
import type { Forget, Publish } from "../../step/image_effects.ts";
import { sendUntilFree } from "../wait/busy.ts";
import type { Run } from "./perform.ts";

/** The words of both daemons, with which they name the image. */
const THERE = /image already exists: ([0-9a-f]{64})/i;

/** Makes an image; one that is the same and there already gets the name in its place. */
export async function publish(
  effect: Publish,
  { instance, controls: { server, control }, report, signal }: Run,
): Promise<void> {
  const onProgress: OnProgress = (text, amount) =>
    report({ kind: "progress", instance, text, ...(amount ? { amount } : {}) });
  const { project, alias, moves, replaces, notes = {}, seal, temporary, method, path } = effect;
  const body = temporary ? withTemporary(effect.body, temporary) : effect.body;
  let made: unknown;
  let there: string | undefined;
  try {
    await sendUntilFree(async () => {
      made = await control.send({ method, path, body }, signal, onProgress);
    }, signal);
  } catch (error) {
    there = error instanceof ServerError ? THERE.exec(error.message)?.[1] : undefined;
    if (there === undefined) throw error;
  }
  const by = { server, control, signal };
  if (moves) {
    const fingerprint = there ?? needed(fingerprintOf(made));
    const sealed = seal === undefined ? notes : { ...notes, ...sealFor(seal, fingerprint) };
    await writeNotes({ project, fingerprint, notes: sealed }, by);
    const end = () => temporary ? dropAliases(project, [temporary.alias], by) : undefined;
    try {
      await move({ project, alias, fingerprint, replaces }, by);
    } catch (error) {
      // The error names the image, and the user keeps it.
      if (error instanceof StateError) await end();
      throw error;
    }
    await end();
  } else if (there !== undefined) await control.send(createAlias(project, alias, there), signal);
}

/** Removes aliases from their images, if they still exist. */
async function dropAliases(
  project: string,
  names: readonly string[],
  { control, signal }: Pick<Noting, "control" | "signal">,
): Promise<void> {
  for (const name of names) await unlessGone(control.send(deleteAlias(project, name), signal));
}

/** Gives an image a name, which the image `replaces` may have; its description stays. */
async function move(
  { project, alias, fingerprint, replaces }: {
    readonly project: string;
    readonly alias: string;
    readonly fingerprint: string;
    readonly replaces: string | undefined;
  },
  { server, control, signal }: Noting,
): Promise<void> {
  const there = await server.get(aliasPath(project, alias));
  const now = targetOf(there);
  if (replaces !== undefined && now !== replaces && now !== fingerprint) {
    throw new StateError(
      now === ""
        ? `Somebody has taken the name "${alias}" from its image meanwhile; it is not given to the new image`
        : `Somebody has given the name "${alias}" to another image meanwhile (${
          now.slice(0, 12)
        }), which keeps it`,
      {
        advice: [
          `The new image exists without a name: ${fingerprint.slice(0, 12)}`,
          `To give it a name: lxops image alias create NAME ${fingerprint.slice(0, 12)}`,
        ],
      },
    );
  }
  const request = there === undefined
    ? createAlias(project, alias, fingerprint)
    : moveAlias(project, alias, fingerprint, aliasDescription(there));
  await control.send(request, signal);
}

/** Returns the fingerprint of the image that has an alias; empty where none has it. */
function targetOf(alias: unknown): string {
  return typeof alias === "object" && alias !== null && "target" in alias ? String(alias.target) : "";
}

/** Returns the fingerprint that the end of an operation names. */
function fingerprintOf(answer: unknown): string | undefined {
  const found = typeof answer === "object" && answer !== null && "fingerprint" in answer
    ? String(answer.fingerprint)
    : "";
  return /^[0-9a-f]{64}$/.test(found) ? found : undefined;
}

function needed(fingerprint: string | undefined): string {
  if (fingerprint !== undefined) return fingerprint;
  throw new ServerError("The daemon made an image and did not say its fingerprint", {
    advice: ["To find it: lxops image list; to name it: lxops image alias create"],
  });
}

/** Removes aliases from an image, and deletes it where it has no other alias. */
export async function forget(
  { project, fingerprint, names = [] }: Forget,
  { controls: { server, control }, signal }: Run,
): Promise<void> {
  const image = (await server.images(project)).find((one) => one.fingerprint === fingerprint);
  if (!image) return;
  if (image.aliases.some((name) => !names.includes(name))) {
    const there = names.filter((name) => image.aliases.includes(name));
    return await dropAliases(project, there, { control, signal });
  }
  // Its names go with it, so that a run which is killed here leaves it with them.
  await unlessGone(control.send(deleteImage(project, fingerprint), signal));
}

/** Waits for a request to delete something; another run may have done the same. */
async function unlessGone(request: Promise<unknown>): Promise<void> {
  await request.catch((error) => {
    if (!(error instanceof ServerError) || error.status !== 404) throw error;
  });
}

/** Project and fingerprint of an image, and its notes. */
interface Noted {
  readonly project: string;
  readonly fingerprint: string;
  readonly notes: Readonly<Record<string, string>>;
}

type Noting = Pick<Run["controls"], "server" | "control"> & Pick<Run, "signal">;

/** Gives an image its notes, and removes those from the files of the image that it was made from. */
async function writeNotes(
  { project, fingerprint, notes }: Noted,
  { server, control, signal }: Noting,
): Promise<void> {
  const there = objectOf(await server.get(imagePath(project, fingerprint)));
  const properties = Object.entries(objectOf(there["properties"]));
  const kept = properties.filter(([key]) => !key.startsWith("lxops.") || key in notes);
  if (kept.length < properties.length) {
    // Only a replacement removes properties; it removes all that it does not name.
    const named = WRITABLE.flatMap((key) => key in there ? [[key, there[key]]] : []);
    const body = { ...Object.fromEntries(named), properties: { ...Object.fromEntries(kept), ...notes } };
    await control.send(replaceImage(project, fingerprint, body), signal);
  } else if (Object.keys(notes).length > 0) {
    await control.send(noteOnImage(project, fingerprint, notes), signal);
  }
}

/** Fields of an image besides its properties that can be changed. */
const WRITABLE = ["auto_update", "public", "expires_at", "profiles"] as const;

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Readonly<Record<string, unknown>> : {};
}
