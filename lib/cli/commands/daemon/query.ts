/**
 * `query`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";

/** `lxops query`. */
export const query = command({
  name: "query",
  summary: "Send one request to the daemon; what it starts in the background is waited for",
  flags: {
    X: {
      kind: "string",
      value: "METHOD",
      aliases: ["request"],
      default: "GET",
      help: "GET, POST, PUT, PATCH or DELETE",
    },
    d: {
      kind: "optional",
      value: "JSON",
      aliases: ["data"],
      help: "Body of the request; - reads it from stdin",
    },
    already: {
      kind: "optional",
      value: "TEXT",
      help: "A refusal with these words is no failure: what was asked for is there",
    },
    named: {
      kind: "optional",
      value: "NAME",
      help: "Of a request that makes an image: one that is there already gets this name, which is no failure",
    },
    ...dryRunFlags,
  },
  operands: { usage: "PATH", min: 1, max: 1 },
  example: "lxops query /1.0/instances",
  underTheHood: "the request, and GET wait of the operation that it starts",
  run: async (...all) => (await import("../../actions/daemon/query.ts")).query(...all),
});
