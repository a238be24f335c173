/**
 * `version` and `ostypes`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { COMMIT, VERSION } from "../../../base/version.ts";
import type { VERSION_RESULT } from "../../results/configs.ts";
import type { ValueOf } from "../../results/shape.ts";
import type { App } from "../../command/app.ts";

/** `version`. */
export function version(
  { json }: { readonly json: boolean },
  _operands: unknown,
  { backend: { protocol, title }, print }: App,
): Promise<number> {
  const result: ValueOf<typeof VERSION_RESULT.shape> = {
    version: VERSION,
    commit: COMMIT,
    daemon: protocol,
    title,
  };
  print(json ? `${JSON.stringify(result, null, 2)}\n` : `lxops for ${title}, ${VERSION} (${COMMIT})\n`);
  return Promise.resolve(EXIT.ok);
}

/** `ostypes`. */
export async function ostypes(_values: unknown, _operands: unknown, app: App): Promise<number> {
  const { osTypes } = await import("../../../cloudconfig/model/ostype.ts");
  app.print([...osTypes.keys()].sort().map((name) => `${name}\n`).join(""));
  return EXIT.ok;
}
