/**
 * Plans `publish`: an image of an instance or of a snapshot of one, under an alias.
 *
 * @module
 */
import { daemonArchitecture } from "../../base/architectures.ts";
import { refuse, StateError } from "../../base/errors.ts";
import type { ImageInfo, InstanceInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Publish } from "../../step/image_effects.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { downtime } from "../instance/power/downtime.ts";
import { RESTART_MARK } from "../runs.ts";
import { isTemporary, leavingOf, temporaryDescription, temporaryOf } from "../instance/temporary_alias.ts";
import { createAlias, publishImage } from "../requests/images.ts";
import { isRunning } from "../instance/ownership.ts";
import { refuseStandstill } from "../instance/protection.ts";

/** Properties of an image that the user can set; empty where they are not given. */
export interface ImageFields {
  readonly architecture: string;
  readonly os: string;
  readonly variant: string;
  readonly release: string;
  readonly serial: string;
  readonly description: string;
  readonly name: string;
}

/** Properties of the configuration file that an instance was created from. */
export interface PublishedConfig {
  /** Base name of the file, without extension. */
  readonly name: string;
  readonly ostype: string;
  readonly description: string;
}

/** The instance to publish, and how. */
export interface PublishOptions {
  readonly instance: InstanceInfo;
  /** Name of a snapshot; absent: the instance itself. */
  readonly snapshot?: string;
  readonly alias: string;
  readonly fields: ImageFields;
  /** Further properties, which replace the fields of the same names. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly compression: string;
  readonly format: string;
  readonly isPublic: boolean;
  /** Take the alias from an image that has it, and delete that image where it has no other alias. */
  readonly reuse: boolean;
  /** Stop a running instance for the time that it takes. */
  readonly force: boolean;
  readonly stopSeconds: number;
  /** Random text for the temporary alias; absent where a plan is only shown. */
  readonly random: string | undefined;
  /** The run of lxops that makes the image, as `runText()` renders it. */
  readonly run: string;
}

/**
 * Completes the fields that the user did not give, from the configuration file and the name of the instance.
 */
export function completeFields(
  fields: ImageFields,
  instance: Pick<InstanceInfo, "name" | "architecture">,
  config: PublishedConfig | undefined,
): ImageFields {
  const architecture = fields.architecture || instance.architecture;
  const version = fields.serial || fields.release || versionOf(instance.name);
  return {
    architecture: daemonArchitecture(architecture),
    os: fields.os || config?.ostype || "",
    variant: fields.variant || config?.name || instance.name,
    release: fields.release || version,
    serial: fields.serial || version,
    description: fields.description || firstLine(config?.description ?? ""),
    name: fields.name || instance.name,
  };
}

/** Returns the default alias, from the configuration file or else the instance's name. */
export function defaultAlias(
  fields: ImageFields,
  instance: string,
  config: PublishedConfig | undefined,
  version = fields.serial || fields.release || versionOf(instance),
): string {
  if (!config) return instance;
  return [fields.os, fields.variant, version].filter((part) => part !== "").join("-");
}

/** Returns the part of a name that looks like a version. */
export function versionOf(name: string): string {
  return /[0-9][-0-9_.]*[0-9]/.exec(name)?.[0] ?? "";
}

function firstLine(text: string): string {
  return text.split(/[\r\n]/, 1)[0]!;
}

/** Plans the image of an instance. */
export function planPublish(options: PublishOptions, images: readonly ImageInfo[]): InstancePlan {
  const { instance, snapshot, alias, stopSeconds } = options;
  const { project, name } = instance;
  const ref = { project, name };
  const taken = images.find((image) => image.aliases.includes(alias));
  if (taken && !options.reuse) {
    throw new StateError(`There is an image "${alias}" already`, {
      kind: "exists",
      advice: [
        ...(instance.config[RESTART_MARK] && snapshot === undefined
          ? [
            `A run that was cut off has not started "${name}" again: with --reuse this command goes on and does that`,
          ]
          : []),
        "To give its name to the new one: --reuse; or choose another with --alias",
      ],
    });
  }
  const stopped = snapshot === undefined && isRunning(instance);
  if (stopped && !options.force) {
    throw refuse(`Instance "${name}" is running, and what changes cannot be published`, [], [
      "Publish a snapshot of it: lxops publish NAME/SNAPSHOT; or have it stopped meanwhile: --force",
    ]);
  }
  if (stopped) refuseStandstill(instance, "publish");
  const pause = snapshot === undefined ? downtime(instance, stopSeconds) : { before: [], after: [] };
  const goes = taken?.aliases.every((one) => one === alias || isTemporary(one)) ? taken : undefined;
  const leaving = leavingOf(alias, options.random, options.run);
  const steps: Step[] = [...pause.before];
  if (goes) {
    // A run that is killed after the alias has moved leaves the image with this one.
    const request = createAlias(project, leaving.alias, goes.fingerprint, temporaryDescription(leaving));
    steps.push(send(`Mark image ${goes.fingerprint.slice(0, 12)}, which is replaced`, request, {
      // If the daemon has moved the alias nevertheless, the image is deleted as planned.
      undo: { kind: "forget", project, fingerprint: goes.fingerprint, names: [leaving.alias] },
    }));
  }
  steps.push({
    title: `Publish ${snapshot === undefined ? name : `${name}/${snapshot}`} as ${alias}`,
    effect: {
      // Notes of lxops on the image that the instance was made from do not fit the new image, and go.
      kind: "publish",
      project,
      alias,
      moves: true,
      replaces: taken?.fingerprint ?? "",
      temporary: temporaryOf(alias, options.random, options.run),
      ...notesGiven(options),
      ...publishImage(project, {
        source: snapshot === undefined
          ? { type: instance.type === "virtual-machine" ? "virtual-machine" : "container", name }
          : { type: "snapshot", name: `${name}/${snapshot}` },
        properties: Object.fromEntries(
          Object.entries({ ...options.fields, ...options.properties }).filter(([, value]) => value !== "")
            .sort(),
        ),
        public: options.isPublic,
        ...(options.compression ? { compression_algorithm: options.compression } : {}),
        // Daemons that know only one layout make the other one.
        ...(options.format === "split" ? { format: "split" } : {}),
      }),
    },
    makes: [{ kind: "image", project, name: alias }],
    commits: true,
  });
  steps.push(...pause.after);
  if (goes) {
    const names = [leaving.alias, ...goes.aliases.filter(isTemporary)];
    steps.push({
      title: `Delete image ${goes.fingerprint.slice(0, 12)} if it has no name any more`,
      effect: { kind: "forget", project, fingerprint: goes.fingerprint, names },
    });
  }
  return { instance: ref, steps, notes: notesOf(options) };
}

/** Returns the notes of lxops that the user gives the image; others come from the image of the instance, and go. */
function notesGiven({ properties = {} }: PublishOptions): Pick<Publish, "notes"> {
  const given = Object.entries(properties).filter(([key, value]) => key.startsWith("lxops.") && value !== "");
  return given.length > 0 ? { notes: Object.fromEntries(given) } : {};
}

function notesOf(options: PublishOptions): string[] {
  const { instance, snapshot, alias, compression, format, fields, properties } = options;
  const about = { instance: instance.name, snapshot: snapshot ?? "", alias, compression, format };
  const all = { ...about, ...fields, ...properties };
  return Object.entries(all).filter(([, value]) => value !== "").map(([key, value]) => `${key}: ${value}`);
}
