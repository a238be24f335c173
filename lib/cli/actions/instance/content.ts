/**
 * `instance content`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { instanceContent } from "../../../run/perform/unpack.ts";
import type { App } from "../../command/app.ts";
import { placeOf } from "../../shared/operands.ts";

interface Values {
  readonly project: string;
  readonly backup: string;
  readonly owner: string;
  readonly "ids-of": string;
}

/** Runs `instance content`. */
export async function content(values: Values, [name, path]: readonly string[], app: App): Promise<number> {
  const place = await placeOf(app, name!, values.project);
  const archive = instanceContent(
    {
      instance: place.ref,
      backup: values.backup,
      path: path!,
      ...(values.owner ? { owner: values.owner } : {}),
      ...(values["ids-of"] ? { idsOf: { ...place.ref, name: values["ids-of"] } } : {}),
    },
    await place.app.server(),
    (text) => app.complain(`lxops: ${text}`),
    app.signal,
  );
  for await (const chunk of archive) await app.printBytes(chunk);
  return EXIT.ok;
}
