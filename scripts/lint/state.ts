/**
 * Rules that keep modules free of state and of effects at import, so that a function depends on its arguments only.
 *
 * @module
 */
import { PRODUCT, relativePath, unitOf } from "./place.ts";
import { isMainTest, onGlobals, runsAtImport } from "./references.ts";

type Rule = Deno.lint.Rule;
type Node = Deno.lint.Node;

const CONTAINERS: readonly string[] = [
  "AbortController",
  "Array",
  "ArrayBuffer",
  "EventTarget",
  "Map",
  "Set",
  "Uint8Array",
  "WeakMap",
  "WeakSet",
];
const MUTABLE_TYPES: readonly string[] = [...CONTAINERS, "Partial", "Record"];
const CONSTANT_OF_DENO: readonly string[] = ["build", "errors", "inspect", "version"];

function isRuled(filename: string): boolean {
  const unit = unitOf(relativePath(filename));
  return PRODUCT.includes(unit) || unit === "scripts";
}

/** Forbids module state: no top-level `let`, and containers have readonly types. */
export const moduleState: Rule = {
  create(context) {
    if (!isRuled(context.filename)) return {};
    return {
      Program(program) {
        for (const node of program.body.map(declarationOf)) {
          if (node?.type !== "VariableDeclaration" || node.declare) continue;
          if (node.kind === "let" || node.kind === "var") {
            context.report({ node, message: `A top-level ${node.kind} is module state: pass the value on` });
            continue;
          }
          for (const each of node.declarations) {
            const type = each.id.type === "Identifier" ? each.id.typeAnnotation?.typeAnnotation : undefined;
            if (each.init && isMutable(each.init, type)) {
              context.report({
                node: each,
                message:
                  "A top-level container must be readonly: write `as const` or give it a readonly type",
              });
            }
          }
        }
      },
      PropertyDefinition(node) {
        if (node.static && !node.readonly) {
          context.report({
            node,
            message: "A static field is module state: make it readonly or pass the value on",
          });
        }
      },
    };
  },
};

function declarationOf(node: Node): Node | null {
  return node.type === "ExportNamedDeclaration" ? node.declaration ?? null : node;
}

function isMutable(init: Node, type: Node | undefined): boolean {
  switch (init.type) {
    case "TSAsExpression":
      return isMutable(init.expression, init.typeAnnotation);
    case "TSSatisfiesExpression":
      return isMutable(init.expression, type);
    case "ArrayExpression":
    case "ObjectExpression":
      return !isReadonly(type);
    case "NewExpression":
      return init.callee.type === "Identifier" && CONTAINERS.includes(init.callee.name) && !isReadonly(type);
    default:
      return false;
  }
}

/** Returns true for types that count as readonly; named types do, as the interfaces here have readonly members. */
function isReadonly(type: Node | undefined): boolean {
  switch (type?.type) {
    case "TSTypeOperator":
      return type.operator === "readonly";
    case "TSTypeReference":
      return type.typeName.type !== "Identifier" || !MUTABLE_TYPES.includes(type.typeName.name);
    case "TSTypeLiteral":
      return type.members.every((member) => member.type !== "TSPropertySignature" || member.readonly);
    default:
      return false;
  }
}

/** Forbids effects at import: they belong in functions, or below `if (import.meta.main)`. */
export const sideEffects: Rule = {
  create(context) {
    if (!isRuled(context.filename)) return {};
    const report = (node: Node, what: string) =>
      context.report({ node, message: `${what} runs when the module is imported: put it into a function` });
    return {
      Program(program) {
        for (const node of program.body) {
          if (node.type === "ImportDeclaration") {
            if (node.specifiers.length === 0) report(node, "An import for its effect");
          } else if (!isDeclaration(node) && !(node.type === "IfStatement" && isMainTest(node.test))) {
            report(node, "This statement");
          }
        }
      },
      AwaitExpression(node) {
        const ancestors = context.sourceCode.getAncestors(node);
        if (runsAtImport(ancestors) && ancestors.some(isVariable)) report(node, "This await");
      },
      ...onGlobals(["Deno", "fetch"], ({ node, name, member, type }) => {
        if (type || (name === "Deno" && member !== undefined && CONSTANT_OF_DENO.includes(member))) return;
        const ancestors = context.sourceCode.getAncestors(node);
        if (runsAtImport(ancestors) && ancestors.some(isVariable)) report(node, name);
      }),
    };
  },
};

function isVariable(node: Node): boolean {
  return node.type === "VariableDeclaration";
}

function isDeclaration(node: Node): boolean {
  return node.type.startsWith("Export") || node.type.startsWith("TS") || node.type.endsWith("Declaration");
}
