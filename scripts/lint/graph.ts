/**
 * Rules about the tree of `lib` as a whole: no import circles, a fixed order of planning folders, small folders.
 *
 * @module
 */
import type { Finding } from "./files.ts";
import { importedPath } from "./place.ts";

const LARGEST_FOLDER = 20;

/** Folders of `lib/plan`, each of which may import those before it. */
const PLAN_ORDER: readonly string[] = [
  "lib/plan",
  "lib/plan/commands",
  "lib/plan/requests",
  "lib/plan/instance",
  "lib/plan/tree",
  "lib/plan/storage",
  "lib/plan/addresses",
  "lib/plan/checks",
  "lib/plan/data",
  "lib/plan/record",
  "lib/plan/drift",
  "lib/plan/lifecycle",
  "lib/plan/throwaway",
  "lib/plan/changes",
  "lib/plan/output",
];

/** Import of a module of `lib` by another. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
  /** True where the import is of types, or is done while the program runs: it orders no initialisation. */
  readonly late: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s+)?(?:([^;"']*?)\s*from\s*)?"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"\s*,?\s*\)/gm;

/** Checks all modules of `lib`, given as texts by their paths below the root. */
export function checkGraph(modules: ReadonlyMap<string, string>): readonly Finding[] {
  const edges = [...modules].flatMap(([path, text]) => edgesOf(path, text));
  return [
    ...fileCircles(edges),
    ...folderCircles(edges),
    ...planOrder(edges),
    ...folderSizes([...modules.keys()]),
  ];
}

function edgesOf(from: string, text: string): readonly Edge[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, " "));
  return [...code.matchAll(IMPORT)].map(({ index, 1: type, 2: names = "", 3: fixed, 4: dynamic = "" }) => ({
    from,
    to: importedPath(from, fixed ?? dynamic),
    line: code.slice(0, index).split("\n").length,
    late: type !== undefined || fixed === undefined || onlyTypes(names),
  }));
}

/** Tells whether the names in the braces of an import are all types. */
function onlyTypes(names: string): boolean {
  const each = names.replaceAll(/[{}]/g, "").split(",").map((name) => name.trim()).filter((name) => name);
  return each.length > 0 && each.every((name) => name.startsWith("type "));
}

function fileCircles(edges: readonly Edge[]): readonly Finding[] {
  const early = edges.filter(({ late }) => !late);
  return circles(early).map((circle) => ({
    ...first(early, circle),
    rule: "file-circle",
    message: `These modules import each other: ${circle.join(", ")}`,
  }));
}

function folderCircles(edges: readonly Edge[]): readonly Finding[] {
  const between = edges
    .map((edge) => ({ ...edge, file: edge.from, from: folder(edge.from), to: folder(edge.to) }))
    .filter(({ from, to }) => from !== to);
  const one = Object.values(Object.groupBy(between, ({ from, to }) => `${from} ${to}`)).flatMap((each) =>
    each?.slice(0, 1) ?? []
  );
  return circles(between).flatMap((circle) =>
    one.filter(({ from, to }) => circle.includes(from) && circle.includes(to)).map((edge) => ({
      file: edge.file,
      line: edge.line,
      rule: "folder-circle",
      message: `${edge.from} imports ${edge.to}, which imports it: ${circle.join(", ")}`,
    }))
  );
}

function planOrder(edges: readonly Edge[]): readonly Finding[] {
  return edges.flatMap(({ from, to, line }) => {
    const [a, b] = [rank(from), rank(to)];
    if (a === undefined || b === undefined || b <= a) return [];
    return [{
      file: from,
      line,
      rule: "plan-order",
      message: `${folder(from)} must not import ${folder(to)}: the order is ${PLAN_ORDER.join(", ")}`,
    }];
  });
}

/** Returns the position of a module's folder in the order of planning; its subfolders have the same position. */
function rank(path: string): number | undefined {
  if (!path.startsWith("lib/plan/")) return undefined;
  const [, , name = "", ...rest] = path.split("/");
  const at = PLAN_ORDER.indexOf(rest.length === 0 ? "lib/plan" : `lib/plan/${name}`);
  return at < 0 ? PLAN_ORDER.length : at;
}

function folderSizes(paths: readonly string[]): readonly Finding[] {
  const sizes = new Map<string, number>();
  for (const path of paths) sizes.set(folder(path), (sizes.get(folder(path)) ?? 0) + 1);
  return [...sizes].filter(([, size]) => size > LARGEST_FOLDER).map(([path, size]) => ({
    file: path,
    line: 1,
    rule: "folder-size",
    message: `The folder has ${size} modules, more than ${LARGEST_FOLDER}: give each subject its own folder`,
  }));
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function first(edges: readonly Edge[], circle: readonly string[]): { file: string; line: number } {
  const edge = edges.find(({ from, to }) => circle.includes(from) && circle.includes(to));
  return { file: edge?.from ?? circle[0] ?? "", line: edge?.line ?? 1 };
}

/** Returns groups of nodes that reach each other, by Tarjan's algorithm (https://doi.org/10.1137/0201010). */
function circles(edges: readonly { readonly from: string; readonly to: string }[]): readonly string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...next.get(from) ?? [], to]);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    for (const to of next.get(node) ?? []) {
      if (!index.has(to)) visit(to);
      else if (!stack.includes(to)) continue;
      low.set(node, Math.min(low.get(node)!, low.get(to)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group.toSorted());
  };
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return found;
}
