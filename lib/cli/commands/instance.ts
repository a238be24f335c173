/**
 * `instance`: what one does to an instance without any configuration file.
 *
 * @module
 */
import { CommandError, EXIT, ServerError, UsageError } from "../../errors.ts";
import { hostRoot } from "../../plan/idmap.ts";
import { stopEffect } from "../../plan/stop.ts";
import type { Exec, InstanceRef } from "../../ports.ts";
import type { Effect, Wait } from "../../step.ts";
import { textOf } from "../../utf8.ts";
import type { App } from "../app.ts";
import { command, group } from "../command.ts";
import { dryRunFlags, projectFlags } from "../flags.ts";
import { applyEffect } from "../one_effect.ts";
import { instanceCloudConfig } from "./cloudconfig.ts";
import { placeOf } from "../place.ts";
import { content } from "./instance_content.ts";
import { addresses, devices, hwaddr, info, list, logs, number, profiles } from "./instance_look.ts";

const CONDITIONS = ["network", "ipv4", "ipv6", "exec", "systemd", "cloud-init", "stopped"] as const;

const exec = command({
  name: "exec",
  summary: "Run a program in an instance; exits with the program's exit code",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    env: { kind: "list", value: "KEY=VALUE", help: "Set an environment variable" },
  },
  operands: { usage: "[REMOTE:]NAME [--] PROGRAM [ARGUMENT...]", min: 2 },
  passOn: true,
  example: "lxops instance exec php1 -- ls -l /home",
  underTheHood: "POST exec with websockets for input, output and errors",
  exits: "the program's",
  details:
    "Input is read to its end before the program starts, unless it is a terminal. Input and output are passed\non byte by byte.",
  run: async (values, operands, app) => {
    const [name, program, ...rest] = operands as [string, string, ...string[]];
    const [place, piped] = await Promise.all([placeOf(app, name, values.project), app.readPipe()]);
    const effect: Effect = {
      kind: "exec",
      instance: place.ref,
      argv: [program, ...rest],
      ...inputOf(piped),
      env: environment(values.env),
    };
    try {
      await applyEffect(place.app, `Run ${program} in ${name}`, effect, {
        dryRun: values["dry-run"],
        output: true,
      });
      return EXIT.ok;
    } catch (error) {
      if (error instanceof CommandError) return error.code === 0 ? EXIT.command : error.code;
      throw error;
    }
  },
});

const shell = command({
  name: "shell",
  summary: "Open a shell in an instance; exits with the shell's exit code",
  flags: { ...projectFlags, ...dryRunFlags },
  operands: { usage: "[REMOTE:]NAME [--] [PROGRAM] [ARGUMENT...]", min: 1 },
  passOn: true,
  example: "lxops instance shell php1",
  underTheHood: "POST exec with a terminal over websockets",
  exits: "the program's",
  details: "Without a program it is bash where the instance has it, or else sh, as a login shell.",
  run: async (values, operands, app) => {
    const [name, ...given] = operands as [string, ...string[]];
    const place = await placeOf(app, name, values.project);
    const [program = "/bin/sh", ...rest] = given.length > 0 ? given : LOGIN;
    try {
      const effect: Effect = { kind: "shell", instance: place.ref, argv: [program, ...rest] };
      await applyEffect(place.app, `Open a shell in ${name}`, effect, {
        dryRun: values["dry-run"],
        output: true,
      });
      return EXIT.ok;
    } catch (error) {
      if (error instanceof CommandError) return error.code;
      throw error;
    }
  },
});

/** Input as text where it is text that a script can show. */
function inputOf(bytes: Uint8Array | undefined): Pick<Exec, "stdin" | "input"> {
  if (bytes === undefined) return {};
  const text = textOf(bytes);
  const isShown = text !== undefined && !text.includes("\0") && (text === "" || text.endsWith("\n"));
  return isShown ? { stdin: text } : { input: bytes };
}

const LOGIN = ["/bin/sh", "-c", "cd; command -v bash >/dev/null && exec bash -l; exec sh -l"] as const;

function environment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`-env takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

const wait = command({
  name: "wait",
  summary: "Wait until an instance is ready",
  flags: {
    ...projectFlags,
    timeout: { kind: "number", value: "SECONDS", default: 60, help: "How long to wait" },
    pause: { kind: "number", value: "SECONDS", default: 0, help: "Pause first" },
    until: {
      kind: "string",
      value: "CONDITIONS",
      default: "network",
      help: `What to wait for, with commas: ${CONDITIONS.join(", ")}`,
    },
  },
  operands: { usage: "[REMOTE:]NAME...", min: 1 },
  example: "lxops instance wait -until ipv4 php1",
  underTheHood: "GET state of the instance until it fits",
  run: async (values, operands, app) => {
    const until = conditions(values.until);
    const places = await Promise.all(operands.map((name) => placeOf(app, name, values.project)));
    for (const place of places) {
      await applyEffect(place.app, `Wait for ${place.ref.name}`, {
        kind: "wait",
        instance: place.ref,
        until,
        timeoutSeconds: values.timeout,
        pauseSeconds: values.pause,
      });
    }
    return EXIT.ok;
  },
});

function conditions(text: string): Wait["until"] {
  return text.split(",").filter((word) => word !== "").map((word) => {
    const condition = CONDITIONS.find((one) => one === word);
    if (!condition) throw new UsageError(`-until takes ${CONDITIONS.join(", ")}, not "${word}"`);
    return condition;
  });
}

const stop = command({
  name: "stop",
  summary: "Stop an instance",
  flags: {
    ...projectFlags,
    ...dryRunFlags,
    "wait-stop": {
      kind: "number",
      value: "SECONDS",
      default: 5,
      help: "How long a clean stop may take before the instance is killed",
    },
  },
  operands: { usage: "[REMOTE:]NAME", min: 1, max: 1 },
  example: "lxops instance stop php1",
  underTheHood: "PUT state",
  run: async (values, [name], app) => {
    const place = await placeOf(app, name!, values.project);
    const effect = stopEffect(place.ref, values["wait-stop"]);
    await applyEffect(place.app, `Stop ${place.ref.name}`, effect, { dryRun: values["dry-run"] });
    return EXIT.ok;
  },
});

const idmap = command({
  name: "idmap",
  summary: "Print the host ids of an instance's root, as uid:gid",
  flags: projectFlags,
  operands: { usage: "[REMOTE:]NAME", min: 1, max: 1 },
  example: "lxops instance idmap php1",
  underTheHood: "GET instance",
  run: async (values, [name], app) => {
    const place = await placeOf(app, name!, values.project);
    const root = await rootOf(place.app, place.ref);
    app.print(`${root.uid}:${root.gid}\n`);
    return EXIT.ok;
  },
});

async function rootOf(app: App, ref: InstanceRef): Promise<{ uid: number; gid: number }> {
  const info = await (await app.server()).instance(ref);
  if (!info) throw new ServerError(`There is no instance "${ref.name}"`, 404);
  const root = hostRoot(info);
  if (root) return root;
  throw new ServerError(
    `${app.backend.title} does not say to which host ids the root of "${ref.name}" is mapped`,
  );
}

/** `lxops instance`. */
export const instance = group("instance", "Look at instances and run programs in them", [
  list,
  exec,
  shell,
  wait,
  stop,
  profiles,
  devices,
  hwaddr,
  info,
  logs,
  addresses,
  number,
  idmap,
  content,
  instanceCloudConfig,
]);
