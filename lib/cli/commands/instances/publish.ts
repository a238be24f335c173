/**
 * `publish`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import {
  dryRunFlags,
  lockFlags,
  progressFlags,
  projectFlags,
  propertyFlags,
  stopFlags,
} from "../../command/flags.ts";

/** `lxops publish`. */
export const publish = command({
  name: "publish",
  summary: "Create an image from a stopped instance or a snapshot",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    ...dryRunFlags,
    ...progressFlags,
    ...lockFlags,
    alias: {
      kind: "string",
      value: "NAME",
      help: "Name for the image (default: OS-VARIANT-VERSION with -c, or the instance's)",
    },
    c: {
      kind: "string",
      value: "CONFIG",
      help: "Configuration file of the instance, for os, description and variant",
    },
    architecture: { kind: "string", value: "NAME", help: "Architecture (default: the instance's)" },
    os: { kind: "string", value: "NAME", help: "Operating system (default: ostype of -c)" },
    variant: { kind: "string", value: "NAME", help: "Variant (default: the name of -c, or of the instance)" },
    release: { kind: "string", value: "TEXT", help: "Release (default: the version)" },
    serial: {
      kind: "string",
      value: "TEXT",
      help: "Serial (default: the version, from the instance's name)",
    },
    description: { kind: "string", value: "TEXT", help: "Description (default: first line of that of -c)" },
    name: { kind: "string", value: "NAME", help: "Name property (default: the instance's)" },
    compression: {
      kind: "string",
      value: "ALGORITHM",
      help: "Compression: gzip, zstd, none, ... (default: the daemon's)",
    },
    format: { kind: "string", value: "FORMAT", help: "unified or split (default: the daemon's)" },
    public: { kind: "boolean", help: "Let everyone who can reach the daemon copy the image" },
    reuse: {
      kind: "boolean",
      help: "Move the alias from an image that has it, and delete that image if it has no other alias",
    },
    force: { kind: "boolean", help: "Stop a running instance while the image is created" },
    "wait-stop": stopFlags["wait-stop"],
  },
  operands: { usage: "[REMOTE:]INSTANCE[/SNAPSHOT] [SNAPSHOT] [KEY=VALUE...]", min: 0 },
  example: "lxops publish -c php.yaml --reuse php-20260101/copy",
  underTheHood: "POST images; with --force PUT state; with --reuse DELETE images/aliases, DELETE image",
  details:
    "The default instance is named as the file of -c. KEY=VALUE sets a property of the image; an empty one is\n" +
    "left out.",
  run: async (...all) => (await import("../../actions/instances/publish.ts")).publish(...all),
});
