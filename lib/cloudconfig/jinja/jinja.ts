/**
 * Renders Jinja templates as cloud-init does for the files that its sections write.
 *
 * @module
 */
import { expression } from "./expression.ts";
import { isTrue, Later, type Scope, type TemplateValue, textOf } from "./values.ts";
import { type Part, partsOf, TemplateError } from "./text.ts";

export { Later, type Scope, TemplateError, type TemplateValue };

type Render = (scope: Scope) => string;

/** The limits of characters and of loop rounds of a rendered template: nested loops can make it large. */
const LONGEST = 16 * 2 ** 20;
const MOST_ROUNDS = 100_000;

/** Adds the line to an error. */
function on<T>(line: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof TemplateError) || /on line \d/.test(error.message)) throw error;
    throw new TemplateError(`on line ${line} of the template: ${error.message}`);
  }
}

class Blocks {
  readonly #parts: readonly Part[];
  #at = 0;
  #rounds = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Reads parts up to a statement with one of these words. */
  until(...words: readonly string[]): Render {
    const renders: Render[] = [];
    for (let part = this.#parts[this.#at]; part; part = this.#parts[this.#at]) {
      const { kind, text, line } = part;
      const word = kind === "statement" ? /^\w*/.exec(text)![0] : "";
      if (kind === "statement" && words.includes(word)) break;
      this.#at++;
      if (kind === "text") renders.push(() => text);
      else if (kind === "expression") {
        const value = on(line, () => expression(text));
        renders.push((scope) => on(line, () => textOf(value(scope))));
      } else renders.push(on(line, () => this.#statement(word, text, line)));
    }
    return (scope) => {
      let all = "";
      for (const render of renders) {
        all += render(scope);
        if (all.length > LONGEST) throw new TemplateError("the template becomes too long");
      }
      return all;
    };
  }

  #statement(word: string, text: string, line: number): Render {
    if (word === "if") return this.#choice(text.slice(2), line);
    if (word === "for") return this.#loop(text, line);
    throw new TemplateError(`the statement "${word || text}" is not supported: use "for" or "if"`);
  }

  /** Reads the statement that ends or continues a block. */
  #next(opened: string): string {
    const part = this.#parts[this.#at++];
    if (part) return part.text;
    throw new TemplateError(`"${opened}" is not ended`);
  }

  #choice(source: string, line: number): Render {
    const condition = expression(source);
    const then = this.until("elif", "else", "endif");
    const next = this.#next("if");
    let otherwise: Render = () => "";
    if (next.startsWith("elif")) otherwise = this.#choice(next.slice(4), line);
    else if (next.startsWith("else")) {
      otherwise = this.until("endif");
      this.#next("if");
    }
    return (scope) => on(line, () => isTrue(condition(scope))) ? then(scope) : otherwise(scope);
  }

  #loop(text: string, line: number): Render {
    const found = /^for\s+([A-Za-z_]\w*)\s+in\s+([^]+)$/.exec(text);
    if (!found) throw new TemplateError(`"${text}" is not a valid loop: use "for name in list"`);
    const [, name = "", source = ""] = found;
    const list = expression(source);
    const body = this.until("else", "endfor");
    let otherwise: Render = () => "";
    if (this.#next("for").startsWith("else")) {
      otherwise = this.until("endfor");
      this.#next("for");
    }
    return (scope) => {
      const items = on(line, () => list(scope));
      if (!Array.isArray(items)) throw new TemplateError(`on line ${line} of the template: this is no list`);
      if (items.length === 0) return otherwise(scope);
      this.#rounds += items.length;
      if (this.#rounds > MOST_ROUNDS) throw new TemplateError("the template becomes too long");
      return items.map((item, index) => {
        const [first, last, length] = [index === 0, index === items.length - 1, items.length];
        const loop = { first, last, length, index: index + 1, index0: index };
        return body(new Map<string, TemplateValue>([...scope, [name, item], ["loop", loop]]));
      }).join("");
    };
  }
}

/**
 * Renders a template.
 *
 * @throws {TemplateError} where something in it is not known, or not supported
 */
export function renderJinja(template: string, scope: Scope): string {
  const parts = partsOf(template);
  const text = new Blocks(parts).until()(scope);
  return template.endsWith("\n") ? `${text}\n` : text;
}
