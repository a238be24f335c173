/**
 * Renders texts that cloud-init treats as templates. Their first line selects the language: Jinja, or, without such a
 * line, names after a dollar sign.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { Later, renderJinja, TemplateError, type TemplateValue } from "../jinja/jinja.ts";

export { TemplateError };

/** The values of a template by name. */
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

const HEADER = /^##[ \t]*template:([^\n]*)(?:\n|$)/i;
const NAME = /\$\{([\w.]+)\}|\$([\w.]+)/g;

/** Reports whether the first line of a text selects Jinja. */
export function isJinja(text: string): boolean {
  return /^\s*jinja\s*$/i.test(HEADER.exec(text)?.[1] ?? "");
}

const IN_VAIN = /\{\{|\{%/;

function renderNames(text: string, values: TemplateValues): string {
  if (IN_VAIN.test(text)) {
    throw new TemplateError('"{{" and "{%" need the first line "## template: jinja"');
  }
  return text.replaceAll(NAME, (whole, braced?: string, plain?: string) => {
    const name = braced ?? plain!;
    const value = Object.hasOwn(values, name) ? values[name]! : undefined;
    if (value === undefined) {
      throw new TemplateError(`"${whole}" is unknown; known names are $${Object.keys(values).join(", $")}`);
    }
    if (value instanceof Later) return value.placeholder;
    if (typeof value !== "object") return String(value);
    throw new TemplateError(
      `"${whole}" is a list: a template with loops begins with the line "## template: jinja"`,
    );
  });
}

/**
 * Renders a text as cloud-init does.
 *
 * @throws {TemplateError} where something in it is not known, or not supported
 */
export function renderTemplate(text: string, values: TemplateValues): string {
  const header = HEADER.exec(text);
  const kind = header?.[1]?.trim().toLowerCase() ?? "basic";
  if (kind !== "jinja" && kind !== "basic") {
    throw new TemplateError(`"${kind}" is not a template language: use jinja or basic`);
  }
  const rest = header ? text.slice(header[0].length) : text;
  return kind === "jinja" ? renderJinja(rest, new Map(Object.entries(values))) : renderNames(rest, values);
}

/** Explains why a text cannot be rendered; returns `undefined` if it can be. */
export function templateProblem(text: string, values: TemplateValues): string | undefined {
  try {
    renderTemplate(text, values);
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `This cannot be rendered: ${error.message}`;
  }
}

/** The characters around the name of a shell variable in rendered text; no text of a file has them. */
const [OPEN, CLOSE] = ["\ufdd0", "\ufdd1"] as const;

/** Creates template values that stand for shell variables, whose values are known only in the instance. */
export function laterValues(variables: Readonly<Record<string, string>>): TemplateValues {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, new Later(`${OPEN}${variable}${CLOSE}`)]),
  );
}

/** Renders a text with values of shell variables as a shell word. Each value becomes an expansion of its variable. */
export function templateWord(rendered: string): string {
  const words = rendered.split(/(\ufdd0\w+\ufdd1)/).map((part, index) =>
    part === "" ? "" : index % 2 === 1 ? `"$${part.slice(1, -1)}"` : quote(part)
  );
  return words.join("") || "''";
}
