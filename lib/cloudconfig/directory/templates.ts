/**
 * Files of `write_files` with `template: true`: their `${NAME}` are settings of the directory.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { textOf } from "../../base/bytes.ts";
import { interpolate } from "../../dotenv/interpolate.ts";
import type { CloudConfig, Values } from "../sections/mod.ts";

/** The settings of a directory; see `DirectorySettings`. */
interface Settings {
  readonly settings: ReadonlyMap<string, string>;
  readonly secretValues: ReadonlySet<string>;
}

type WrittenFile = NonNullable<Values["write_files"]>[number];

/** Fills settings into the templates of a cloud-config file; `issues` gets their problems. */
export function fillTemplates(
  config: CloudConfig,
  settings: Settings | undefined,
  issues: Issue[],
): CloudConfig {
  const say = (index: number, key: string, message: string) =>
    void issues.push({
      ...config.locate(["write_files", index, key]),
      key: `write_files.${index}.${key}`,
      message,
      severity: "error",
    });
  const files = config.values.write_files?.map((file, index): WrittenFile => {
    if (!file.template) return file;
    if (!settings) {
      say(
        index,
        "template",
        "Templates are filled with the settings of a directory, and this configuration is not one of a directory",
      );
      return file;
    }
    const text = textOf(file.content);
    if (text === undefined) {
      say(index, "template", "A template is text in UTF-8");
      return file;
    }
    const { text: filled, problems, used } = interpolate(
      text,
      (name) => settings.settings.get(name),
      "braced",
    );
    for (const problem of new Set(problems)) say(index, "content", problem);
    const isSecret = used.some((name) => settings.secretValues.has(settings.settings.get(name) ?? ""));
    return {
      ...file,
      content: new TextEncoder().encode(filled),
      ...(isSecret ? { secret: true } : {}),
    };
  });
  return { ...config, values: { ...config.values, ...(files ? { write_files: files } : {}) } };
}
