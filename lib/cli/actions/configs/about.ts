/**
 * `version` and `ostypes`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { COMMIT, VERSION } from "../../../base/version.ts";
import type { ListValues } from "../../output/listing.ts";
import type { VERSION_RESULT } from "../../results/configs.ts";
import type { ValueOf } from "../../results/shape.ts";
import type { App } from "../../command/app.ts";

/** Runs `version`. */
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

/** Runs `ostypes`. */
export async function ostypes(values: ListValues, filters: readonly string[], app: App): Promise<number> {
  const [{ osTypes }, { printList }, { OSTYPES }, { fitsName }] = await Promise.all([
    import("../../../cloudconfig/model/ostype.ts"),
    import("../../output/listing.ts"),
    import("../../results/configs.ts"),
    import("../../shared/name_filter.ts"),
  ]);
  const rows = [...osTypes.keys()].filter((ostype) => fitsName(ostype, filters)).sort().map((ostype) => ({
    ostype,
  }));
  await printList(app, OSTYPES, rows, { ...values, bare: true });
  return EXIT.ok;
}
