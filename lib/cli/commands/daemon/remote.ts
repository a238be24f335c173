/**
 * `remote`: the remotes of the client's configuration.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { jsonFlag } from "../../output/table.ts";

const add = command({
  name: "add",
  summary: "Add a remote: a daemon that gave a token, or any other by its address",
  flags: {
    ...dryRunFlags,
    fingerprint: {
      kind: "string",
      value: "SHA256",
      help: "Accept the server's certificate if it is this one",
    },
    protocol: { kind: "string", value: "NAME", help: "incus, lxd or simplestreams (default: the daemon's)" },
    project: { kind: "string", value: "NAME", help: "Current project there" },
    public: { kind: "boolean", help: "It gives public images to anybody, and needs no client certificate" },
  },
  operands: { usage: "NAME TOKEN|URL", min: 2, max: 2 },
  example: "lxops remote add server eyJjbGllbnRfbmFtZSI6ICJtZSJ9",
  underTheHood:
    "config.yml, servercerts and, where there is none yet, client.crt are written; POST certificates",
  details:
    'A token comes from "incus config trust add NAME" or "lxc config trust add --name NAME" at the server.',
  run: async (...all) => (await import("../../actions/daemon/remote.ts")).add(...all),
});

const list = command({
  name: "list",
  summary: "List remotes; the current one has a star",
  flags: jsonFlag,
  operands: { usage: "", min: 0, max: 0 },
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
  underTheHood: "config.yml is written; the server goes on trusting this client",
  run: async (...all) => (await import("../../actions/daemon/remote.ts")).remove(...all),
});

/** `lxops remote`. */
export const remote = group("remote", "Remotes: other daemons, and servers of images", [add, list, remove]);
