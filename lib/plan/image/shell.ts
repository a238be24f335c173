/**
 * Plans `image shell`: an instance of an image, a program by which the user changes it, and the new image. If the
 * program fails, the instance is deleted, and the alias keeps its image.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import type { ImageInfo, InstanceRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Opening } from "../../step/facts.ts";
import type { Effect, InstancePlan, Step } from "../../step/step.ts";
import { refuseRaw } from "../checks/raw.ts";
import { runMark } from "../instance/throw_away.ts";
import { publishImage } from "../requests/images.ts";
import { createInstance, startInstance, stopInstance } from "../requests/instances.ts";
import { cleanScript } from "./clean.ts";
import { type BuiltImage, builtImage, builtProperties, IMAGE_PROPERTIES as KEYS } from "./properties.ts";
import { temporaryOf } from "../instance/temporary_alias.ts";
import { configOf, temporaryBody, type TemporaryOptions } from "./temporary.ts";
import { EDITED } from "./update.ts";

/** The image to change, and how. */
export interface ImageShellOptions extends TemporaryOptions {
  readonly alias: string;
  /** Random text for the temporary alias; absent where a plan is only shown. */
  readonly random: string | undefined;
  readonly argv: readonly [string, ...string[]];
  /** The program uses the terminal. */
  readonly terminal: boolean;
  readonly hostKeys: "new" | "image";
  /** Time of the new image, in UTC. */
  readonly built: string;
  readonly serial: string;
  /** Algorithm of the compression; empty: the daemon's choice. */
  readonly compression: string;
  readonly stopSeconds: number;
}

/** Plans the change of an image by hand. */
export function planImageShell(options: ImageShellOptions): InstancePlan {
  const { project, alias, image, name, argv, terminal, stopSeconds } = options;
  if (image.type === "virtual-machine") {
    throw refuse(`Cannot change image "${alias}" by hand`, "it is the disk of a virtual machine", [
      "To change it: lxops create --vm, lxops shell, lxops publish --reuse",
    ]);
  }
  refuseRaw(`Cannot change image "${alias}" by hand`, configOf(options.profiles));
  const ref: InstanceRef = { project, name };
  const gone: Effect = { kind: "discard", instance: ref, mark: runMark(ref, options.run) };
  const opening: Opening = { kind: "throw-away", ...ref };
  const unchanged = [`The image "${alias}" is as before, and the changes in the instance are lost`];
  const steps: Step[] = [
    send(`Create instance ${name} from ${alias}`, createInstance(project, temporaryBody(options)), {
      makes: [{ kind: "instance", ...ref }],
      opens: opening,
      undo: gone,
    }),
    send(`Start instance ${name}`, startInstance(ref)),
    {
      title: `Run ${argv[0]} in ${name}`,
      effect: {
        kind: terminal ? "shell" : "exec",
        instance: ref,
        argv,
        ...(terminal ? {} : { inherits: true }),
      },
      advice: unchanged,
    },
    {
      title: "Remove what images must not share",
      effect: {
        kind: "exec",
        instance: ref,
        argv: ["/bin/sh", "-s"],
        stdin: cleanScript(name, options.hostKeys),
        bounded: true,
      },
      advice: unchanged,
    },
    send(`Stop instance ${name}`, stopInstance(ref, stopSeconds), {
      advice: [`It did not stop within ${stopSeconds} s; to wait longer: --wait-stop`, ...unchanged],
    }),
    publishStep(options),
    {
      title: `Remove instance ${name}`,
      effect: gone,
      removes: [{ kind: "instance", ...ref }],
      closes: opening,
    },
  ];
  return { instance: { project, name: alias }, steps };
}

function publishStep(options: ImageShellOptions): Step {
  const { project, alias, image, name, built, serial, compression } = options;
  const properties = Object.entries(image.properties).filter(([key]) => !key.startsWith("lxops."));
  return {
    title: `Publish image ${alias}`,
    effect: {
      kind: "publish",
      project,
      alias,
      moves: true,
      replaces: image.fingerprint,
      temporary: temporaryOf(alias, options.random, options.run),
      notes: builtProperties(notesOf(image, { alias, built })),
      ...publishImage(project, {
        source: { type: "container", name },
        properties: { ...Object.fromEntries(properties), [KEYS.serial]: serial },
        public: image.isPublic ?? false,
        ...(compression === "" ? {} : { compression_algorithm: compression }),
      }),
    },
    makes: [{ kind: "image", project, name: alias }],
  };
}

/** Returns the notes of an image that was changed by hand; its recipe, where it has one, can build another. */
function notesOf(image: ImageInfo, { alias, built }: Pick<BuiltImage, "alias" | "built">): BuiltImage {
  const old = builtImage(image.properties);
  return {
    ...(old ?? { recipe: "", base: image.fingerprint, baseAlias: alias }),
    alias,
    built,
    key: EDITED,
    previous: image.fingerprint,
  };
}
