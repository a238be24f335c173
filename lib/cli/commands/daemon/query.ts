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
  summary: "Send one request to the daemon and wait for the operation that it starts",
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
      help: "Body of the request; - reads stdin",
    },
    already: {
      kind: "optional",
      value: "TEXT",
      help: "Treat an error that contains this text as success: the object exists already",
    },
    named: {
      kind: "optional",
      value: "NAME",
      help:
        "For requests that create an image: give this name to the image if it exists already, and succeed",
    },
    alias: {
      kind: "optional",
      value: "NAME",
      help: "For requests that create an image: give it this name, which moves from an image that has it",
    },
    replaces: {
      kind: "optional",
      value: "FINGERPRINT",
      help: "With --alias: only if this image has the name now; none: only if no image has it",
    },
    note: {
      kind: "list",
      value: "KEY=VALUE",
      help: "With --alias: a property of this image, and not of images that are made of its instances",
    },
    ...dryRunFlags,
  },
  operands: { usage: "PATH", min: 1, max: 1 },
  example: "lxops query /1.0/instances",
  underTheHood: "the request, and GET wait of the operation that it starts",
  run: async (...all) => (await import("../../actions/daemon/query.ts")).query(...all),
});
