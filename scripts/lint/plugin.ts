/**
 * The project's own rules, as a plugin for `deno lint`.
 *
 * @module
 */
import { layers, mappedImports, startup } from "./imports.ts";
import { adaptersOnly, exitAtEdge, noConsole, oneTransport, pure } from "./reach.ts";
import { docComments, dryRun, hashPrivate, names } from "./shape.ts";
import { moduleState, sideEffects } from "./state.ts";

/** The plugin that deno.json names below `lint.plugins`. */
const plugin: Deno.lint.Plugin = {
  name: "lxops",
  rules: {
    "adapters-only": adaptersOnly,
    "doc-comments": docComments,
    "dry-run": dryRun,
    "exit-at-edge": exitAtEdge,
    "hash-private": hashPrivate,
    "imports": mappedImports,
    "layers": layers,
    "module-state": moduleState,
    "names": names,
    "no-console": noConsole,
    "one-transport": oneTransport,
    "pure": pure,
    "side-effects": sideEffects,
    "startup": startup,
  },
};

export default plugin;
