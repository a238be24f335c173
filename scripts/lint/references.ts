/**
 * Finds references to globals. A name that the file declares anywhere counts as local, as scopes are not analysed.
 *
 * @module
 */
type Node = Deno.lint.Node;
type Identifier = Deno.lint.Identifier;

/** Reference to a global: `Deno.stdout` has the name `Deno` and the member `stdout`. */
export interface Reference {
  readonly node: Identifier;
  readonly name: string;
  readonly member?: string;
  /** The reference is part of a type. */
  readonly type: boolean;
}

/** Visits the references of a file to the given globals. */
export function onGlobals(
  names: readonly string[],
  visit: (reference: Reference) => void,
): Deno.lint.LintVisitor {
  const found: Reference[] = [];
  const declared = new Set<string>();
  return {
    Identifier(node) {
      if (!names.includes(node.name)) return;
      const role = roleOf(node);
      if (role === "declaration") declared.add(node.name);
      if (role === "value" || role === "type") found.push(reference(node, role === "type"));
    },
    "Program:exit"() {
      for (const each of found) if (!declared.has(each.name)) visit(each);
    },
  };
}

function reference(node: Identifier, type: boolean): Reference {
  const parent = node.parent as Node;
  const member =
    parent.type === "MemberExpression" && same(parent.object, node) && parent.property.type === "Identifier"
      ? parent.property.name
      : parent.type === "TSQualifiedName" && same(parent.left, node)
      ? parent.right.name
      : undefined;
  return { node, name: node.name, type, ...(member === undefined ? {} : { member }) };
}

function roleOf(node: Identifier): "value" | "type" | "declaration" | "key" {
  const parent = node.parent as Node;
  switch (parent.type) {
    case "MemberExpression":
      return same(parent.property, node) && !parent.computed ? "key" : "value";
    case "Property":
      if (parent.parent.type === "ObjectPattern") return same(parent.value, node) ? "declaration" : "key";
      return same(parent.value, node) || parent.computed ? "value" : "key";
    case "TSQualifiedName":
      return same(parent.left, node) ? "type" : "key";
    case "TSTypeReference":
      return "type";
    case "VariableDeclarator":
      return same(parent.id, node) ? "declaration" : "value";
    case "AssignmentPattern":
      return same(parent.left, node) ? "declaration" : "value";
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return parent.body !== null && same(parent.body, node) ? "value" : "declaration";
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
    case "ArrayPattern":
    case "RestElement":
      return "declaration";
    case "PropertyDefinition":
      return parent.value && same(parent.value, node) ? "value" : "key";
    case "MethodDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSFunctionType":
    case "TSEnumMember":
    case "LabeledStatement":
    case "ExportSpecifier":
    case "ClassDeclaration":
      return "key";
    default:
      return "value";
  }
}

/** Tells whether two nodes are the same place of the file. */
export function same(left: Node, right: Node): boolean {
  return left.range[0] === right.range[0] && left.range[1] === right.range[1];
}

/** Tells whether a node runs when its module is imported: nothing that encloses it is a function or a class member. */
export function runsAtImport(ancestors: readonly Node[]): boolean {
  return !ancestors.some((node) =>
    node.type.includes("Function") || node.type === "PropertyDefinition" ||
    node.type === "MethodDefinition" ||
    (node.type === "IfStatement" && isMainTest(node.test))
  );
}

/** Tells whether an expression is `import.meta.main`. */
export function isMainTest(node: Node): boolean {
  return node.type === "MemberExpression" && node.object.type === "MetaProperty" &&
    node.property.type === "Identifier" && node.property.name === "main";
}
