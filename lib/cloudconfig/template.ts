/**
 * Text with `$NAME` variables whose values are known only in the instance.
 *
 * @module
 */
import { quote } from "../shell.ts";

/**
 * Makes a shell word of text: each `$NAME` (or `{{ name }}`) that is in the map becomes the shell's expansion of
 * that variable, everything else stands for itself.
 */
export function templateWord(text: string, variables: Readonly<Record<string, string>>): string {
  const parts = text.split(/(\$\w+|\$\{\w+\}|\{\{\s*\w+\s*\}\})/);
  const words = parts.map((part, index) => {
    const name = part.replaceAll(/\W/g, "");
    const variable = index % 2 === 1 && Object.hasOwn(variables, name) ? variables[name] : undefined;
    return part === "" ? "" : variable === undefined ? quote(part) : `"$${variable}"`;
  });
  return words.join("") || "''";
}
