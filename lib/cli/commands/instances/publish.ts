/**
 * `publish`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags, propertyFlags, stopFlags } from "../../command/flags.ts";

/** `lxops publish`. */
export const publish = command({
  name: "publish",
  summary: "Make an image of a stopped instance, or of a snapshot",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    ...dryRunFlags,
    alias: {
      kind: "string",
      value: "NAME",
      help: "Name of the image (default: OS-VARIANT-VERSION with -c, or the instance's)",
    },
    c: {
      kind: "string",
      value: "CONFIG",
      help: "Configuration file of the instance: gives os, description, variant",
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
      help: "Compression, as gzip, zstd or none (default: the daemon's)",
    },
    format: { kind: "string", value: "FORMAT", help: "unified or split (default: the daemon's)" },
    public: { kind: "boolean", help: "Anybody who reaches the daemon may copy it" },
    reuse: {
      kind: "boolean",
      help: "Take the alias from an image that has it, and delete that one if it has no other",
    },
    force: { kind: "boolean", help: "Stop a running instance for the time that it takes" },
    "wait-stop": stopFlags["wait-stop"],
  },
  operands: { usage: "[REMOTE:]INSTANCE[/SNAPSHOT] [SNAPSHOT]", min: 0, max: 2 },
  example: "lxops publish -c php.yaml -reuse php-20260101/copy",
  underTheHood: "POST images; with -force PUT state; with -reuse DELETE images/aliases, DELETE image",
  details: "Without an instance it is the one that the file of -c is named as.",
  run: async (...all) => (await import("../../actions/instances/publish.ts")).publish(...all),
});
