/**
 * `remote`: the remotes of the client's configuration.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { filters, FILTERS_HELP, listFlags } from "../../command/result_flags.ts";

const add = command({
  name: "add",
  summary: "Add a remote, by a token of its daemon or by its address",
  flags: {
    ...dryRunFlags,
    fingerprint: {
      kind: "string",
      value: "SHA256",
      help: "Accept the server's certificate if it has this fingerprint",
    },
    protocol: { kind: "string", value: "NAME", help: "incus, lxd or simplestreams (default: the daemon's)" },
    project: { kind: "string", value: "NAME", help: "Project to use on the remote" },
    public: { kind: "boolean", help: "Use the remote for public images only, without a client certificate" },
  },
  operands: { usage: "NAME TOKEN|URL", min: 2, max: 2 },
  example: "lxops remote add server eyJjbGllbnRfbmFtZSI6ICJtZSJ9",
  underTheHood: "writes config.yml, servercerts and, if missing, client.crt; POST certificates",
  details:
    'A token comes from "incus config trust add NAME" or "lxc config trust add --name NAME" at the server.',
  run: async (...all) => (await import("../../actions/daemon/remote.ts")).add(...all),
});

const list = command({
  name: "list",
  summary: "List remotes; the current one is marked with a star",
  flags: listFlags,
  operands: filters,
  details: FILTERS_HELP,
  example: "lxops remote list",
  underTheHood: "nothing; config.yml is read",
  run: async (...all) => (await import("../../actions/daemon/remote.ts")).list(...all),
});

const remove = command({
  name: "remove",
  summary: "Remove a remote from the client's configuration",
  flags: dryRunFlags,
  operands: { usage: "NAME", min: 1, max: 1 },
  example: "lxops remote remove server",
  underTheHood: "config.yml is written; the server still trusts this client",
  run: async (...all) => (await import("../../actions/daemon/remote.ts")).remove(...all),
});

/** `lxops remote`. */
export const remote = group("remote", "Manage remotes: other daemons and image servers", [add, list, remove]);
