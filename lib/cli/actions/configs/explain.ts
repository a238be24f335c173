/**
 * The command `config explain`.
 *
 * @module
 */
import type { LoadedConfig } from "../../../config/config.ts";
import { originOf } from "../../../config/load/origins.ts";
import { explain, explainText, place, type Variable } from "../../../config/describe/explain.ts";
import { EXIT } from "../../../base/errors.ts";
import { builtins, parseSets } from "../../../instance/patterns/properties.ts";
import { type ListValues, printResult } from "../../output/listing.ts";
import { EXPLAIN_ROWS } from "../../results/configs.ts";
import type { App } from "../../command/app.ts";
import { globalProperties, type PropertyValues, readConfigs } from "../../shared/load_configs.ts";

/** Explains properties, as a configuration sees them. */
async function resolver(
  config: LoadedConfig,
  values: PropertyValues,
  app: App,
): Promise<(name: string) => Variable> {
  const { all, origin } = await globalProperties(values, app);
  const sets = parseSets(values.P);
  const own = config.config.properties;
  return (name) => {
    if (Object.hasOwn(builtins("", "", config.directory?.path), name)) return { name, from: "built in" };
    if (Object.hasOwn(sets, name)) return { name, value: sets[name]!, from: "-P" };
    const at = Object.hasOwn(own, name) ? originOf(config, `properties.${name}`) : origin(name);
    const value = Object.hasOwn(own, name) ? own[name] : Object.hasOwn(all, name) ? all[name] : undefined;
    if (value === undefined) return { name, from: "no property has this name" };
    return { name, value, from: at ? place(at) : "" };
  };
}

/** Runs `config explain`. */
export async function explainFile(
  values: PropertyValues & ListValues,
  [file, ...keys]: readonly string[],
  app: App,
): Promise<number> {
  const { configs: [config], warnings } = await readConfigs([file!], values, app);
  app.warn(warnings);
  const explanations = explain(config!, keys, await resolver(config!, values, app));
  await printResult(app, EXPLAIN_ROWS, {
    whole: explanations,
    rows: explanations.map(({ key, value, from, overrides, note = "" }) => ({
      key,
      value,
      from: from ? place(from) : "",
      overrides: overrides.map(place),
      note,
    })),
    text: () => explainText(explanations),
  }, values);
  return EXIT.ok;
}
