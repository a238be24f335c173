/**
 * Options of `image build` from its flags.
 *
 * @module
 */
import { resolve } from "@std/path";
import { UsageError } from "../../../base/errors.ts";
import { defaultName } from "../../../instance/patterns/default_name.ts";
import type { BuildOptions } from "../../../plan/image/build.ts";
import type { Wanted } from "../../../plan/image/decide.ts";
import type { HostSecret } from "../../../plan/image/key.ts";
import { hasSecret } from "../../../plan/changes/shown.ts";
import { PACKAGES_SUFFIX } from "../../../plan/image/properties.ts";
import { isTemporary } from "../../../plan/instance/temporary_alias.ts";
import { buildName } from "../../../plan/instance/random_names.ts";
import { PROPERTIES_MARK } from "../../../instance/patterns/remembered.ts";
import { marks } from "../../../plan/instance/ownership.ts";
import type { Target } from "../../../plan/world.ts";
import type { RecordFacts } from "../../../plan/record/write.ts";
import type { App } from "../../command/app.ts";
import type { ListValues } from "../../output/listing.ts";
import { type LifecycleValues, planOptions } from "../../shared/lifecycle/lifecycle.ts";

/** Values of the flags of `image build`. */
export interface BuildValues
  extends Omit<LifecycleValues, "name" | "undo-on-failure" | "trace" | "json">, ListValues {
  readonly alias: string;
  readonly check: readonly string[];
  readonly "host-key": string;
  readonly serial: string;
  readonly compression: string;
  readonly split: boolean;
  readonly export: string;
  readonly force: boolean;
  readonly adopt: boolean;
  readonly "keep-failed": boolean;
}

/** Returns a name for the configuration's instance that no instance has, so that no existing instance counts. */
export function recipeName(file: string, cwd: string): string {
  const name = defaultName(file, cwd).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").slice(0, 40);
  return `image-${name}`.replace(/-+$/, "");
}

/** Returns the images to build of some configurations. */
export function wantedOf(
  targets: readonly Target[],
  values: BuildValues,
  { properties, random, secret, cwd }: {
    readonly properties: Readonly<Record<string, string>>;
    readonly random: string | undefined;
    readonly secret: HostSecret;
    readonly cwd: string;
  },
): readonly Wanted[] {
  if (values.alias !== "" && targets.length > 1) {
    throw new UsageError(`--alias names one image, and there are ${targets.length} configurations`);
  }
  const noted = Object.keys(properties).find((key) => key.startsWith("lxops."));
  if (noted !== undefined) throw new UsageError(`The property "${noted}" is one that lxops sets itself`);
  const given = { ...properties, ...(values.serial === "" ? {} : { serial: values.serial }) };
  for (const target of targets) {
    const set = (values.set ?? []).flatMap((one) => [one, one.slice(one.indexOf("=") + 1)]);
    refuseSecrets(target, { "--alias": values.alias, "--check": values.check, "--set": set, ...given });
  }
  return targets.map((target, index) => {
    const variant = defaultName(target.instance.file, cwd, target.loaded);
    const alias = values.alias || variant;
    if (alias.endsWith(PACKAGES_SUFFIX) || isTemporary(alias)) {
      throw new UsageError(
        `The name "${alias}" is reserved: images of packages end with ${PACKAGES_SUFFIX}, ` +
          "and unfinished ones with @new-",
      );
    }
    return {
      target,
      options: {
        name: buildName(random, index),
        alias,
        variant,
        ...(values.vm ? { vm: true } : {}),
        ...(values.target ? { member: values.target } : {}),
        checks: values.check,
        hostKeys: hostKeysOf(values["host-key"]),
        split: values.split,
        compression: values.compression,
        properties: given,
        secret,
      },
    };
  });
}

/** Refuses flags with values of secret settings: images keep the flags of their builds in clear. */
function refuseSecrets(target: Target, flags: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(flags).find((one) => hasSecret(flags[one], target));
  if (name === undefined) return;
  throw new UsageError(
    `${name} has the value of a secret setting of "${target.instance.file}", and the image would keep it in clear ` +
      "for image update: have it read in the instance from a file",
  );
}

function hostKeysOf(text: string): "new" | "image" {
  if (text === "new" || text === "image") return text;
  throw new UsageError(`--host-key takes new or image, not "${text}"`);
}

/** Returns the options of one build, besides the image of its packages. */
export function buildOptions(
  { target, options: wanted }: Pick<Wanted, "target" | "options">,
  values: BuildValues,
  { run, random, now, facts, cwd }: {
    readonly run: string;
    readonly random: string | undefined;
    readonly now: Date;
    readonly facts: RecordFacts;
    readonly cwd: string;
  },
): Omit<BuildOptions, "packages"> {
  const built = now.toISOString().replace(/\.\d+Z$/, "Z");
  const parameters = marks(target)[PROPERTIES_MARK];
  const options = noted(values, wanted.properties);
  return {
    ...planOptions({ ...values, force: false, name: "", "undo-on-failure": false, trace: false }),
    random,
    run,
    ...(values["keep-failed"] ? { keepFailed: true } : {}),
    serial: built.replaceAll(/[-:Z]/g, "").replace("T", "-"),
    compression: values.compression,
    notes: {
      built,
      recipe: target.instance.config.file || resolve(cwd, target.instance.file),
      ...(facts.commit ? { commit: `${facts.commit}${facts.clean === false ? "-dirty" : ""}` } : {}),
      ...(parameters === undefined ? {} : { parameters }),
      ...(options === "{}" ? {} : { options }),
    },
  };
}

/** Returns the flags that the next build of the same image needs, as JSON. */
function noted(values: BuildValues, properties: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(values.check.length > 0 ? { check: values.check } : {}),
    ...(values["host-key"] === "new" ? {} : { "host-key": values["host-key"] }),
    ...(values.compression === "" ? {} : { compression: values.compression }),
    ...(values.split ? { split: true } : {}),
    ...(values.vm ? { vm: true } : {}),
    ...(values.set?.length ? { set: values.set } : {}),
  });
}

/** Returns the time of the build; the variable SOURCE_DATE_EPOCH sets it, for builds that are to be the same. */
export function buildTime({ host }: Pick<App, "host">): Date {
  const epoch = host.env("SOURCE_DATE_EPOCH") ?? "";
  return /^\d{1,11}$/.test(epoch) ? new Date(Number(epoch) * 1000) : new Date();
}
