/**
 * `version` and `ostypes`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { COMMIT, VERSION } from "../../../base/version.ts";
import type { App } from "../../command/app.ts";

/** `version`. */
export function version(_values: unknown, _operands: unknown, app: App): Promise<number> {
  app.print(`lxops for ${app.backend.title}, ${VERSION} (${COMMIT})\n`);
  return Promise.resolve(EXIT.ok);
}

/** `ostypes`. */
export async function ostypes(_values: unknown, _operands: unknown, app: App): Promise<number> {
  const { osTypes } = await import("../../../cloudconfig/model/ostype.ts");
  app.print([...osTypes.keys()].sort().map((name) => `${name}\n`).join(""));
  return EXIT.ok;
}
