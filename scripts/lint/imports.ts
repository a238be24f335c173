/**
 * Rules about imports: their direction, allowed names, and their cost at start.
 *
 * @module
 */
import { importedPath, IMPORTS, LIBRARY, mayImport, PRODUCT, PURE, relativePath, unitOf } from "./place.ts";

type Rule = Deno.lint.Rule;
type Source = Deno.lint.StringLiteral | null | undefined;

/** Visits every import, re-export and dynamic import that names a module by a literal. */
function onImport(
  visit: (source: Deno.lint.StringLiteral, node: Deno.lint.Node) => void,
): Deno.lint.LintVisitor {
  const see = (source: Source, node: Deno.lint.Node) => {
    if (source) visit(source, node);
  };
  return {
    ImportDeclaration: (node) => see(node.source, node),
    ExportAllDeclaration: (node) => see(node.source, node),
    ExportNamedDeclaration: (node) => see(node.source, node),
    ImportExpression: (node) => {
      if (node.source.type === "Literal" && typeof node.source.value === "string") {
        see(node.source as Deno.lint.StringLiteral, node);
      }
    },
  };
}

/** Allows imports in one direction: backends, main, cli, run, plan, instance and cloudconfig, config, base. */
export const layers: Rule = {
  create(context) {
    const path = relativePath(context.filename);
    const from = unitOf(path);
    return onImport((source, node) => {
      if (!source.value.startsWith(".") || from === "other") return;
      const target = importedPath(path, source.value);
      if (target === "deno.json" || mayImport(from, unitOf(target))) return;
      context.report({ node, message: `${path} must not import ${target}: layers point the other way` });
    });
  },
};

/** Allows imports by the names in deno.json and by relative paths. */
export const mappedImports: Rule = {
  create(context) {
    const from = unitOf(relativePath(context.filename));
    return onImport((source, node) => {
      const name = source.value;
      if (name.startsWith("./") || name.startsWith("../") || IMPORTS.includes(name)) return;
      if (name === LIBRARY && !PRODUCT.includes(from)) return;
      if (name.startsWith("node:") && !PURE.includes(from)) return;
      context.report({ node, message: `"${name}" is not one of the imports of deno.json` });
    });
  },
};

/** Members of `zod/mini` that pull large parts of it into the program. */
const HEAVY: readonly string[] = [
  "catch",
  "coerce",
  "core",
  "iso",
  "locales",
  "regexes",
  "toJSONSchema",
  "util",
];

/** Keeps imports at every start small; `scripts/bench/README.md` has the measurements. */
export const startup: Rule = {
  create(context) {
    if (!PRODUCT.includes(unitOf(relativePath(context.filename)))) return {};
    return {
      ImportDeclaration(node) {
        const name = node.source.value;
        if (name.startsWith("node:") && node.importKind !== "type") {
          context.report({
            node,
            message: `Importing "${name}" costs 15 ms at every start: import it where it is used`,
          });
        }
        const whole = node.specifiers.some((each) => each.type === "ImportNamespaceSpecifier");
        if (name === "zod/mini" && node.importKind !== "type" && !whole) {
          context.report({
            node,
            message: 'Named imports of zod load all of it: write `import * as z from "zod/mini"`',
          });
        }
      },
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.object.name !== "z") return;
        if (node.property.type !== "Identifier" || !HEAVY.includes(node.property.name)) return;
        const message = `"z.${node.property.name}" brings 10 KB and more into every start: do without`;
        context.report({ node, message });
      },
    };
  },
};
