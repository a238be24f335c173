/**
 * `image build`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { buildFlags, forceFlag } from "./build_flags.ts";

/** `lxops image build`. */
export const build = command({
  name: "build",
  summary: "Build images from configurations",
  flags: {
    alias: {
      kind: "string",
      value: "NAME",
      help: "Name for the image (default: that of the file, or of its directory)",
    },
    check: {
      kind: "list",
      value: "COMMAND",
      help: "Run a shell command in the configured instance; where it fails, there is no image",
    },
    "host-key": {
      kind: "string",
      value: "new|image",
      default: "new",
      help: "Host keys of the SSH server: new ones in each instance, or those of the image in all",
    },
    serial: { kind: "string", value: "TEXT", help: "Serial of the image (default: the time)" },
    compression: {
      kind: "string",
      value: "ALGORITHM",
      help: "Compression: gzip, zstd, none, ... (default: the daemon's)",
    },
    split: { kind: "boolean", help: "Make two files, one of metadata and one of the root filesystem" },
    export: { kind: "string", value: "DIRECTORY", help: "Also write the images to files there" },
    ...forceFlag,
    adopt: { kind: "boolean", help: "Take the name from an image that lxops did not build" },
    ...buildFlags,
  },
  operands: { usage: "FILE|DIRECTORY... [KEY=VALUE...]", min: 1 },
  example: "lxops image build --alias ci/debian ci.yaml",
  underTheHood: "POST instances, PUT state, POST exec, POST images, PUT images/aliases, DELETE instances",
  details: [
    "A temporary instance gets the cloud-config of the configuration, without its devices, ports, addresses,",
    "secrets, hooks and kept files; its checks and those of --check must succeed. Then machine-id, DHCP leases,",
    "package caches, logs, traces of lxops and, but for --host-key image, SSH host keys are removed, and the instance",
    "becomes the image. The name moves to it in one request; a build that fails leaves it with the earlier image.",
    "KEY=VALUE are properties of the image.",
    "",
    "An image is built again only if something that goes into it has changed: its base, the configuration, a file",
    "or a flag. Where packages are installed, their state is kept as NAME@packages, from which the next build",
    "starts if only something else has changed: files, users and commands come after packages here.",
    "What URLs and commands download is not looked at: where that has changed, --force builds the image again.",
    "",
    "Several configurations are built side by side, and after those whose names they have as image:.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/image/build.ts")).build(...all),
});
