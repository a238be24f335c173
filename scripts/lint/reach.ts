/**
 * Rules about access to the system: programs, files, network, console and exit.
 *
 * @module
 */
import { LIB, PRODUCT, PURE, relativePath, unitOf } from "./place.ts";
import { onGlobals } from "./references.ts";

type Rule = Deno.lint.Rule;

const IMPURE: readonly string[] = [
  "Deno",
  "WebSocket",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "self",
  "setInterval",
  "setTimeout",
];

/** Members of `Deno` that every impure unit may use: they have no side effect and need no permission. */
const HARMLESS: readonly string[] = [
  "build",
  "consoleSize",
  "errors",
  "inspect",
  "noColor",
  "stderr",
  "stdin",
  "stdout",
  "version",
];

const EDGES: readonly string[] = ["Command", "createHttpClient", "HttpClient"];

/** Keeps config, instance, cloudconfig and plan pure: no Deno, no network, no clock, no random numbers. */
export const pure: Rule = {
  create(context) {
    if (!PURE.includes(unitOf(relativePath(context.filename)))) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} has no place in a pure layer: take it as data, or do it in run or adapters`,
      });
    return {
      ...onGlobals(IMPURE, (each) => {
        if (isFunctionOfBytes(each.node)) return;
        report(each.node, each.member ? `${each.name}.${each.member}` : each.name);
      }),
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
        const name = `${node.object.name}.${node.property.name}`;
        if (name === "Date.now" || name === "Math.random") report(node, name);
      },
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) report(node, "new Date()");
      },
      CallExpression(node) {
        if (isDate(node.callee)) report(node, "Date()");
      },
    };
  },
};

/** Returns true for functions of the platform that only convert bytes, such as decompression. */
function isFunctionOfBytes(node: Deno.lint.Node): boolean {
  const member = "parent" in node ? node.parent : undefined;
  if (member?.type !== "MemberExpression" || member.parent.type !== "CallExpression") return false;
  const [module] = member.parent.arguments;
  return member.property.type === "Identifier" && member.property.name === "getBuiltinModule" &&
    module?.type === "Literal" && module.value === "node:zlib";
}

function isDate(node: Deno.lint.Node): boolean {
  return node.type === "Identifier" && node.name === "Date";
}

/** Allows programs, requests and files in the adapters only; other units use the ports. */
export const adaptersOnly: Rule = {
  create(context) {
    const unit = unitOf(relativePath(context.filename));
    if (!PRODUCT.includes(unit) || unit === "adapters") return {};
    const ports = LIB.includes(unit);
    return onGlobals(["Deno", "fetch", "WebSocket"], ({ node, name, member, type }) => {
      if (type || PURE.includes(unit)) return;
      if (name === "Deno" && member === "exit") return;
      if (name === "Deno" && member !== undefined) {
        if (ports ? HARMLESS.includes(member) : !EDGES.includes(member)) return;
      }
      const what = member === undefined ? name : `${name}.${member}`;
      context.report({ node, message: `Only lib/adapters uses ${what}: go through a port` });
    });
  },
};

/** The module that creates the HTTP client, and the one that leaves HTTP for a websocket or a port. */
const HTTP_CLIENT = "lib/adapters/transport/unix_socket.ts";
const HANDSHAKE = "lib/adapters/transport/websocket.ts";
/** The modules that ask servers in instances, not the daemon, for the status of an answer. */
const CHECKS: readonly string[] = ["lib/adapters/http_status.ts", "lib/run/perform/checks/check_scripts.ts"];

/** Allows one HTTP client, and text of HTTP/1.1 in that handshake and in checks only. */
export const oneTransport: Rule = {
  create(context) {
    const path = relativePath(context.filename);
    const unit = unitOf(path);
    if (!PRODUCT.includes(unit)) return {};
    const checkText = (node: Deno.lint.Node, text: string) => {
      if (path === HANDSHAKE || CHECKS.includes(path) || !/HTTP\\?\/1/.test(text)) return;
      context.report({ node, message: `Only ${HANDSHAKE} reads or writes HTTP/1.1: use Endpoint.fetch()` });
    };
    return {
      ...onGlobals(["Deno"], ({ node, member }) => {
        if (member !== "createHttpClient" || path === HTTP_CLIENT || unit !== "adapters") return;
        context.report({ node, message: `Only ${HTTP_CLIENT} creates an HTTP client: use Endpoint.fetch()` });
      }),
      Literal: (node) => checkText(node, "raw" in node ? String(node.raw) : ""),
      TemplateElement: (node) => checkText(node, node.raw),
    };
  },
};

/** Allows `console` in lib/cli only; a stray line would break `--format json`. */
export const noConsole: Rule = {
  create(context) {
    const unit = unitOf(relativePath(context.filename));
    if (!PRODUCT.includes(unit) || unit === "cli") return {};
    return onGlobals(["console"], ({ node }) => {
      if (!PURE.includes(unit)) {
        context.report({ node, message: "console is for lib/cli: throw, return or report" });
      }
    });
  },
};

/** Allows `Deno.exit` in the entry points only; everything else returns or throws. */
export const exitAtEdge: Rule = {
  create(context) {
    const unit = unitOf(relativePath(context.filename));
    if (!PRODUCT.includes(unit) || unit === "backends" || PURE.includes(unit)) return {};
    return onGlobals(["Deno", "process"], ({ node, name, member }) => {
      if (member === "exit" || member === "exitCode") {
        context.report({
          node,
          message: `${name}.${member} is for backends and scripts: return an exit code or throw`,
        });
      }
    });
  },
};
