/**
 * Evaluates expressions of Jinja, as far as templates of cloud-init's sections and common filters need them. Unknown
 * syntax is an error, because a partly rendered template would be a wrong file.
 *
 * @module
 */
import { TemplateError } from "./text.ts";
import {
  FILTERS,
  isTrue,
  itemsOf,
  known,
  type Scope,
  type TemplateValue,
  textOf,
  UnknownName,
} from "./values.ts";

type Evaluate = (scope: Scope) => TemplateValue;

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+)|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|(==|!=|[|().,[\]+~]))/y;

interface Token {
  readonly kind: "name" | "number" | "text" | "sign";
  readonly text: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== "") {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (!found) throw new TemplateError(`"${source.slice(at).trim()}" cannot be read here`);
    const [, name, number, single, double, sign] = found;
    const text = single ?? double;
    if (text !== undefined) {
      const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t" };
      tokens.push({ kind: "text", text: text.replaceAll(/\\([^])/g, (_, char) => escapes[char] ?? char) });
    } else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else tokens.push({ kind: "sign", text: sign! });
  }
  return tokens;
}

function fail(message: string): never {
  throw new TemplateError(message);
}

/** Returns a value, or a default if its name is unknown or, with a true second argument, if it is empty. */
function withDefault(
  value: Evaluate,
  [other = () => "", empty = () => false]: readonly Evaluate[],
): Evaluate {
  return (scope) => {
    try {
      const found = value(scope);
      return isTrue(found) || !isTrue(empty(scope)) ? found : other(scope);
    } catch (error) {
      if (error instanceof UnknownName) return other(scope);
      throw error;
    }
  };
}

/** A reader of the words of one expression. */
class Reader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(source: string) {
    this.#tokens = tokensOf(source);
  }

  /** Reads the next word if it is this one. */
  takes(text: string): boolean {
    const { kind, text: next } = this.#tokens[this.#at] ?? {};
    if (next !== text || (kind !== "name" && kind !== "sign")) return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.takes(text)) throw new TemplateError(`"${text}" is expected ${this.#where()}`);
  }

  #where(): string {
    const next = this.#tokens[this.#at]?.text;
    return next === undefined ? "at the end" : `before "${next}"`;
  }

  /** Checks that no word is left. */
  end(): void {
    const next = this.#tokens[this.#at]?.text;
    if (next !== undefined) throw new TemplateError(`"${next}" is not supported here`);
  }

  whole(): Evaluate {
    const value = this.#or();
    if (!this.takes("if")) return value;
    const condition = this.#or();
    const otherwise: Evaluate = this.takes("else") ? this.whole() : () => "";
    return (scope) => isTrue(condition(scope)) ? value(scope) : otherwise(scope);
  }

  #or(): Evaluate {
    let left = this.#and();
    while (this.takes("or")) {
      const [one, other] = [left, this.#and()];
      left = (scope) => isTrue(one(scope)) ? one(scope) : other(scope);
    }
    return left;
  }

  #and(): Evaluate {
    let left = this.#not();
    while (this.takes("and")) {
      const [one, other] = [left, this.#not()];
      left = (scope) => isTrue(one(scope)) ? other(scope) : one(scope);
    }
    return left;
  }

  #not(): Evaluate {
    if (!this.takes("not")) return this.#comparison();
    const value = this.#not();
    return (scope) => !isTrue(value(scope));
  }

  #comparison(): Evaluate {
    const left = this.#sum();
    const equal = (scope: Scope, right: Evaluate) => known(left(scope)) === known(right(scope));
    const within = (scope: Scope, right: Evaluate) => itemsOf(right(scope)).includes(known(left(scope)));
    for (
      const [sign, holds, test] of [["==", true, equal], ["!=", false, equal], ["in", true, within]] as const
    ) {
      if (!this.takes(sign)) continue;
      const right = this.#sum();
      return (scope) => test(scope, right) === holds;
    }
    return left;
  }

  #sum(): Evaluate {
    let left = this.#filtered();
    while (true) {
      const sign = ["+", "~"].find((one) => this.takes(one));
      if (sign === undefined) return left;
      const [one, other] = [left, this.#filtered()];
      left = (scope) => {
        const [a, b] = [one(scope), other(scope)];
        if (sign === "+" && Array.isArray(a)) return [...a, ...itemsOf(b)];
        if (sign === "+" && typeof a === "number" && typeof b === "number") return a + b;
        return textOf(a) + textOf(b);
      };
    }
  }

  #filtered(): Evaluate {
    let value = this.#member();
    while (this.takes("|")) {
      const name = this.#tokens[this.#at++]?.text ?? "";
      const filter = name === "default" || name === "d"
        ? undefined
        : Object.hasOwn(FILTERS, name)
        ? FILTERS[name]
        : fail(`the filter "${name}" is not supported`);
      const args = this.takes("(") ? this.#listed(")") : [];
      const inner = value;
      value = filter
        ? (scope) => filter(inner(scope), args.map((arg) => arg(scope)))
        : withDefault(inner, args);
    }
    return value;
  }

  #member(): Evaluate {
    let value = this.#primary();
    while (true) {
      const list = value;
      if (this.takes("[")) {
        const index = this.whole();
        this.#need("]");
        value = (scope) => itemsOf(list(scope))[Number(known(index(scope)))] ?? "";
      } else if (this.takes(".")) {
        const name = this.#tokens[this.#at++]?.text ?? "";
        value = (scope) => {
          const map = known(list(scope));
          if (typeof map === "object" && !Array.isArray(map) && Object.hasOwn(map, name)) {
            return (map as Readonly<Record<string, TemplateValue>>)[name]!;
          }
          throw new TemplateError(`".${name}" is unknown`);
        };
      } else return value;
    }
  }

  /** Reads values with commas between them. */
  #listed(end: string): Evaluate[] {
    const items: Evaluate[] = [];
    while (!this.takes(end)) {
      items.push(this.whole());
      if (this.takes(",")) continue;
      this.#need(end);
      break;
    }
    return items;
  }

  #primary(): Evaluate {
    if (this.takes("(")) {
      const [first, ...others] = this.#listed(")");
      return others.length === 0 && first ? first : (scope) => [first!, ...others].map((item) => item(scope));
    }
    if (this.takes("[")) {
      const items = this.#listed("]");
      return (scope) => items.map((item) => item(scope));
    }
    const token = this.#tokens[this.#at++];
    if (token?.kind === "text") return () => token.text;
    if (token?.kind === "number") return () => Number(token.text);
    if (token?.kind !== "name") throw new TemplateError(`a value is expected ${this.#where()}`);
    const { text: name } = token;
    if (/^(?:true|false)$/i.test(name)) return () => name.toLowerCase() === "true";
    return (scope) => {
      const value = scope.get(name);
      if (value !== undefined) return value;
      throw new UnknownName(`"${name}" is unknown; known names are ${[...scope.keys()].join(", ")}`);
    };
  }
}

/** Reads an expression. */
export function expression(source: string): Evaluate {
  const reader = new Reader(source);
  const value = reader.whole();
  reader.end();
  return value;
}
