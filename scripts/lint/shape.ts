/**
 * Rules about style: doc comments, names, private members, and the one test for a dry run.
 *
 * @module
 */
import { PRODUCT, relativePath, unitOf } from "./place.ts";
import { same } from "./references.ts";

type Rule = Deno.lint.Rule;
type Node = Deno.lint.Node;

const APPLY = "lib/run/execute/apply.ts";
const LOCK = "lib/cli/shared/lifecycle/lock.ts";
/** Allows "manager" for package managers. */
const EMPTY_SUFFIX = /.(?:(?<!Package)Manager|Handler|Service|Helper|Util|Utils)$/;

/** Requires a doc comment for every export. */
export const docComments: Rule = {
  create(context) {
    const unit = unitOf(relativePath(context.filename));
    if (!PRODUCT.includes(unit) && unit !== "scripts") return {};
    return {
      Program(program) {
        let previous: string | undefined;
        for (const node of program.body) {
          const name = exportedName(node);
          if (name !== undefined && name !== previous && !isDocumented(context.sourceCode, node)) {
            context.report({ node, message: `The export ${name} has no doc comment` });
          }
          previous = name;
        }
      },
    };
  },
};

function exportedName(node: Node): string | undefined {
  if (node.type === "ExportDefaultDeclaration") {
    return node.declaration.type === "Identifier" ? undefined : "default";
  }
  if (node.type !== "ExportNamedDeclaration" || !node.declaration) return undefined;
  return nameOf(node.declaration) ?? "default";
}

function nameOf(node: Node): string | undefined {
  if (node.type === "VariableDeclaration") {
    const id = node.declarations[0]?.id;
    return id?.type === "Identifier" ? id.name : undefined;
  }
  const id = "id" in node ? node.id as Node | null : undefined;
  return id?.type === "Identifier" ? id.name : undefined;
}

function isDocumented(source: Deno.lint.SourceCode, node: Node): boolean {
  const comment = source.getCommentsBefore(node).at(-1);
  if (comment?.type !== "Block" || !comment.value.startsWith("*")) return false;
  if (comment.value.includes("@module") || !/[A-Za-z]/.test(comment.value)) return false;
  return source.text.slice(comment.range[1], node.range[0]).trim() === "";
}

/** Forbids names that say nothing, such as Helper or Manager. */
export const names: Rule = {
  create(context) {
    const check = (node: Node) => {
      const name = nameOf(node);
      if (name && EMPTY_SUFFIX.test(name)) {
        context.report({ node, message: `${name}: the suffix says nothing, name it for what it is` });
      }
    };
    return {
      ClassDeclaration: check,
      FunctionDeclaration: check,
      TSInterfaceDeclaration: check,
      TSTypeAliasDeclaration: check,
    };
  },
};

/** Requires `#private` members, which are also private at run time. */
export const hashPrivate: Rule = {
  create(context) {
    const check = (node: Node) => {
      if (/^private\b/.test(context.sourceCode.getText(node))) {
        context.report({ node, message: "Write #name instead of private name" });
      }
    };
    return {
      MethodDefinition: (node) => {
        if (node.kind !== "constructor") check(node);
      },
      PropertyDefinition: check,
      TSParameterProperty: check,
    };
  },
};

/**
 * Allows a test of `dryRun` in one module only, which has the finished plan, and in the one that locks before there is a
 * plan; others pass it on.
 */
export const dryRun: Rule = {
  create(context) {
    const path = relativePath(context.filename);
    if (!PRODUCT.includes(unitOf(path)) || path === APPLY || path === LOCK) return {};
    const check = (node: Node) => {
      if (isAsked(node, context.sourceCode.getAncestors(node))) {
        context.report({
          node,
          message: `Only ${APPLY} asks for dryRun: a plan is the same whether it is executed or not`,
        });
      }
    };
    return {
      Identifier(node) {
        if (node.name !== "dryRun") return;
        if (isRenamed(node)) {
          context.report({ node, message: "dryRun keeps its name, so that this rule can see it" });
        } else {
          check(node);
        }
      },
      Literal(node) {
        if (node.value === "dry-run" && (node.parent as Node).type === "MemberExpression") check(node);
      },
    };
  },
};

/** Walks up the tree while the expression still has the value of `dryRun`. */
function isAsked(node: Node, ancestors: readonly Node[]): boolean {
  let inner = node;
  for (const outer of ancestors.toReversed()) {
    switch (outer.type) {
      case "MemberExpression":
        if (same(outer.object, inner)) return false;
        break;
      case "IfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForStatement":
      case "ConditionalExpression":
        return outer.test !== null && outer.test !== undefined && same(outer.test, inner);
      case "SwitchStatement":
        return same(outer.discriminant, inner);
      case "LogicalExpression":
        // A default is no decision.
        if (outer.operator !== "??") return true;
        break;
      case "UnaryExpression":
        return outer.operator === "!";
      case "BinaryExpression":
      case "TSNonNullExpression":
      case "TSAsExpression":
      case "ChainExpression":
        break;
      default:
        return false;
    }
    inner = outer;
  }
  return false;
}

function isRenamed(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type !== "Property" || parent.parent.type !== "ObjectPattern" || !same(parent.key, node)) {
    return false;
  }
  const target = parent.value.type === "AssignmentPattern" ? parent.value.left : parent.value;
  return target.type !== "Identifier" || target.name !== "dryRun";
}
