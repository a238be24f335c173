/**
 * What `config explain` does.
 *
 * @module
 */
import { explain, explainText } from "../../config/explain.ts";
import { EXIT } from "../../errors.ts";
import type { App } from "../app.ts";
import { type PropertyValues, readConfigs } from "../reading.ts";

/** `config explain`. */
export async function explainFile(
  values: PropertyValues & { readonly json: boolean },
  [file, key = ""]: readonly string[],
  app: App,
): Promise<number> {
  const { configs: [config], warnings } = await readConfigs([file!], values, app);
  app.warn(warnings);
  const explanations = explain(config!, key);
  app.print(values.json ? `${JSON.stringify(explanations, null, 2)}\n` : explainText(explanations));
  return EXIT.ok;
}
